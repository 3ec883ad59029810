/**
 * Numbers as otdi_site/index/browser/encoding.py writes them; it must not know what they count.
 */

/** @typedef {Uint8Array | Uint16Array | Uint32Array} Numbers */

/**
 * A column: all lowest bytes, then all next ones, and so on.
 *
 * @param {Uint8Array} bytes
 * @param {number} start  Of the column.
 * @param {number} count  Of its numbers.
 * @param {number} width  Bytes of a number, 1 to 4.
 * @returns {Numbers}
 */
export function readColumnNumbers(bytes, start, count, width) {
  if (start + count * width > bytes.length) throw new Error("it is shorter than the head says");
  if (width === 1) return bytes.subarray(start, start + count);
  const numbers = width === 2 ? new Uint16Array(count) : new Uint32Array(count);
  for (let plane = 0; plane < width; plane += 1) {
    const from = start + plane * count;
    const shift = 8 * plane;
    for (let index = 0; index < count; index += 1) numbers[index] |= bytes[from + index] << shift;
  }
  return numbers;
}

/** Reads numbers of seven bits a byte, the lowest first; the eighth bit says that more follow. */
export class NumberReader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} start
   */
  constructor(bytes, start) {
    this.bytes = bytes;
    this.position = start;
  }

  /** @returns {number} */
  next() {
    const { bytes } = this;
    let byte = bytes[this.position++];
    if (byte < 0x80) return byte;
    let number = byte & 0x7f;
    let factor = 0x80;
    do {
      byte = bytes[this.position++];
      number += (byte & 0x7f) * factor;
      factor *= 0x80;
    } while (byte >= 0x80);
    return number;
  }

  /**
   * Fills `numbers`: one loop, since a page reads most lists before its code is compiled.
   *
   * @param {Uint32Array} numbers
   */
  read(numbers) {
    const { bytes } = this;
    let position = this.position;
    for (let index = 0; index < numbers.length; index += 1) {
      let byte = bytes[position++];
      let number = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[position++];
        number |= (byte & 0x7f) << shift;
      }
      numbers[index] = number;
    }
    this.position = position;
  }

  /**
   * Passes over `count` numbers.
   *
   * @param {number} count
   */
  skip(count) {
    const { bytes } = this;
    let position = this.position;
    for (let left = count; left > 0; position += 1) {
      if (bytes[position] < 0x80 || position >= bytes.length) left -= 1;
    }
    this.position = position;
  }
}
