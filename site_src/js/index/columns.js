/**
 * Columns of the index: the values of each dataset in one facet; selecting by them and counting them. It must not fetch.
 */

import { readColumnNumbers } from "./bytes.js";
import { noBits } from "./bitset.js";

/**
 * @typedef {object} Column
 * @property {import("./bytes.js").Numbers} codes  Of all datasets, one after the other; 0 is "none stated".
 * @property {Uint32Array | null} starts  Where each dataset's codes begin, and where the last one's end; null where
 *   each has exactly one.
 *
 * @typedef {object} ColumnForm
 * @property {string} name
 * @property {number} width  Bytes of a code.
 * @property {number} many  Bytes of a number of values; 0 where each dataset has one code.
 * @property {number} codes  How many there are.
 * @property {number} bytes  Of the file.
 */

/**
 * @param {Uint8Array} bytes
 * @param {ColumnForm} form
 * @param {number} count  Datasets of the catalog.
 * @returns {Column}
 */
export function readColumn(bytes, form, count) {
  if (form.many === 0) return { codes: readColumnNumbers(bytes, 0, count, form.width), starts: null };
  const counts = readColumnNumbers(bytes, 0, count, form.many);
  const starts = new Uint32Array(count + 1);
  for (let position = 0; position < count; position += 1) starts[position + 1] = starts[position] + counts[position];
  return { codes: readColumnNumbers(bytes, count * form.many, form.codes, form.width), starts };
}

/**
 * The datasets that have one of the codes.
 *
 * @param {Column} column
 * @param {ReadonlySet<number>} chosen
 * @param {number} count  Datasets of the catalog.
 * @param {number} size  The largest code.
 * @returns {import("./bitset.js").Bits}
 */
export function select({ codes, starts }, chosen, count, size) {
  const bits = noBits(count);
  const isChosen = new Uint8Array(size + 1);
  for (const code of chosen) isChosen[code] = 1;
  if (starts === null) {
    for (let position = 0; position < count; position += 1) {
      bits[position >>> 5] |= isChosen[codes[position]] << (position & 31);
    }
    return bits;
  }
  for (let position = 0; position < count; position += 1) {
    const [start, end] = [starts[position], starts[position + 1]];
    let isFound = start === end ? isChosen[0] : 0;
    for (let index = start; index < end; index += 1) isFound |= isChosen[codes[index]];
    bits[position >>> 5] |= isFound << (position & 31);
  }
  return bits;
}

/**
 * Adds to `counts`, by code, how many of some datasets have each.
 *
 * @param {Column} column
 * @param {Uint32Array} positions
 * @param {number} from  The first of `positions` to look at.
 * @param {number} to  The one after the last.
 * @param {Uint32Array} counts
 */
export function addCounts({ codes, starts }, positions, from, to, counts) {
  if (starts === null) {
    for (let index = from; index < to; index += 1) counts[codes[positions[index]]] += 1;
    return;
  }
  for (let index = from; index < to; index += 1) {
    const position = positions[index];
    const end = starts[position + 1];
    let place = starts[position];
    if (place === end) counts[0] += 1;
    for (; place < end; place += 1) counts[codes[place]] += 1;
  }
}
