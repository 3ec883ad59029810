/**
 * Shards of the search: sorted keys, and for each the datasets that have it; otdi_site/index/browser/shards.py writes
 * them. It must not fetch or rank.
 */

import { NumberReader } from "./bytes.js";

export class Shard {
  #bytes;
  #nameCounts;
  #textCounts;
  #starts;

  /**
   * @param {Uint8Array} bytes
   * @param {boolean} hasPostings  Else each key has one number only.
   */
  constructor(bytes, hasPostings) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    this.keys = new TextDecoder().decode(bytes.subarray(4, 4 + length)).split("\n");
    const count = this.keys.length;
    const reader = new NumberReader(bytes, 4 + length);
    this.#bytes = bytes;
    this.#nameCounts = new Uint32Array(count);
    this.#textCounts = new Uint32Array(count);
    for (let index = 0; index < count; index += 1) {
      this.#nameCounts[index] = reader.next();
      if (hasPostings) this.#textCounts[index] = reader.next();
    }
    this.#starts = new Uint32Array(count);
    if (!hasPostings) return;
    for (let index = 0; index < count; index += 1) {
      this.#starts[index] = reader.position;
      reader.skip(2 * this.#nameCounts[index] + this.#textCounts[index]);
    }
    if (reader.position !== bytes.length) throw new Error("it is not as long as it says");
  }

  /**
   * The number of a key, or of the first one above it.
   *
   * @param {string} key
   */
  lowerBound(key) {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * How many names have a key.
   *
   * @param {number} index
   */
  nameCount(index) {
    return this.#nameCounts[index];
  }

  /**
   * How many datasets have a key elsewhere in their texts.
   *
   * @param {number} index
   */
  textCount(index) {
    return this.#textCounts[index];
  }

  /**
   * The datasets with a key in their names: for each its position, and the number of words of its name.
   *
   * @param {number} index
   * @returns {{positions: Uint32Array, words: Uint8Array}}
   */
  names(index) {
    const count = this.#nameCounts[index];
    const reader = new NumberReader(this.#bytes, this.#starts[index]);
    const positions = readPositions(reader, count);
    return { positions, words: this.#bytes.subarray(reader.position, reader.position + count) };
  }

  /**
   * The positions of datasets with a key elsewhere in their texts.
   *
   * @param {number} index
   * @returns {Uint32Array}
   */
  texts(index) {
    const reader = new NumberReader(this.#bytes, this.#starts[index]);
    reader.skip(2 * this.#nameCounts[index]);
    return readPositions(reader, this.#textCounts[index]);
  }
}

/**
 * @param {NumberReader} reader
 * @param {number} count
 */
function readPositions(reader, count) {
  const positions = new Uint32Array(count);
  reader.read(positions);
  for (let found = 1; found < count; found += 1) positions[found] += positions[found - 1];
  return positions;
}
