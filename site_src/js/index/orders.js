/**
 * The orders in which datasets are listed; it must not know what they are ordered by.
 */

import { hasBit, positionsOf } from "./bitset.js";

const DIGIT = 0x10000;

/**
 * All datasets, those with the largest key first, equals by rank.
 *
 * @param {import("./bytes.js").Numbers} keys
 * @returns {Uint32Array}  Positions.
 */
export function orderByKeys(keys) {
  let order = new Uint32Array(keys.length);
  let largest = 0;
  for (let position = 0; position < order.length; position += 1) {
    order[position] = position;
    if (keys[position] > largest) largest = keys[position];
  }
  order = sortByDigit(order, keys, 0, largest);
  return largest < DIGIT ? order : sortByDigit(order, keys, 16, largest);
}

/**
 * @param {Uint32Array} order
 * @param {import("./bytes.js").Numbers} keys
 * @param {number} shift
 * @param {number} largest  Of the keys; mostly small, and then little is to be counted.
 */
function sortByDigit(order, keys, shift, largest) {
  const size = Math.min(DIGIT, (largest >>> shift) + 1);
  const places = new Uint32Array(size + 1);
  for (let index = 0; index < keys.length; index += 1) places[size - ((keys[index] >>> shift) & 0xffff)] += 1;
  for (let digit = 1; digit <= size; digit += 1) places[digit] += places[digit - 1];
  const sorted = new Uint32Array(order.length);
  for (let index = 0; index < order.length; index += 1) {
    const position = order[index];
    const digit = size - 1 - ((keys[position] >>> shift) & 0xffff);
    sorted[places[digit]] = position;
    places[digit] += 1;
  }
  return sorted;
}

/**
 * The datasets of a set in an order.
 *
 * @param {import("./bitset.js").Bits} bits
 * @param {Uint32Array | null} order  All datasets; null is rank order.
 * @returns {Uint32Array}
 */
export function listInOrder(bits, order) {
  if (order === null) return positionsOf(bits);
  const listed = new Uint32Array(order.length);
  let found = 0;
  for (let index = 0; index < order.length; index += 1) {
    if (hasBit(bits, order[index])) {
      listed[found] = order[index];
      found += 1;
    }
  }
  return listed.slice(0, found);
}

/**
 * The datasets of a set, the highest score first, equals by rank.
 *
 * @param {import("./bitset.js").Bits} bits
 * @param {Uint16Array} scores  Of all datasets.
 * @returns {Uint32Array}
 */
export function listByScore(bits, scores) {
  const positions = positionsOf(bits);
  const found = new Uint16Array(positions.length);
  for (let index = 0; index < found.length; index += 1) found[index] = scores[positions[index]];
  const order = orderByKeys(found);
  for (let index = 0; index < order.length; index += 1) order[index] = positions[order[index]];
  return order;
}
