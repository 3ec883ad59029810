/**
 * Sets of datasets, a bit for each position in rank order, 32 to a number; they must not know what put a dataset in.
 */

/** @typedef {Uint32Array} Bits */

/**
 * The empty set.
 *
 * @param {number} count  Datasets of the catalog.
 * @returns {Bits}
 */
export function noBits(count) {
  return new Uint32Array((count + 31) >>> 5);
}

/**
 * The set of all datasets.
 *
 * @param {number} count
 * @returns {Bits}
 */
export function allBits(count) {
  const bits = noBits(count).fill(0xffffffff);
  if ((count & 31) !== 0) bits[bits.length - 1] = 2 ** (count & 31) - 1;
  return bits;
}

/**
 * @param {Iterable<number>} positions
 * @param {number} count
 * @returns {Bits}
 */
export function bitsOf(positions, count) {
  const bits = noBits(count);
  for (const position of positions) bits[position >>> 5] |= 1 << (position & 31);
  return bits;
}

/**
 * Datasets that are in all of the sets; `sets` is not empty.
 *
 * @param {Bits[]} sets
 * @returns {Bits}
 */
export function intersect(sets) {
  const [first, ...others] = sets;
  const bits = first.slice();
  for (const other of others) {
    for (let index = 0; index < bits.length; index += 1) bits[index] &= other[index];
  }
  return bits;
}

/**
 * Adds the datasets of `added` to `bits`.
 *
 * @param {Bits} bits
 * @param {Bits} added
 */
export function unite(bits, added) {
  for (let index = 0; index < bits.length; index += 1) bits[index] |= added[index];
}

/**
 * @param {Bits} bits
 * @param {number} position
 */
export function hasBit(bits, position) {
  return ((bits[position >>> 5] >>> (position & 31)) & 1) === 1;
}

/**
 * The number of datasets in a set.
 *
 * @param {Bits} bits
 */
export function countBits(bits) {
  let count = 0;
  for (let word of bits) {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/**
 * The datasets of a set, ascending.
 *
 * @param {Bits} bits
 * @returns {Uint32Array}
 */
export function positionsOf(bits) {
  const positions = new Uint32Array(countBits(bits));
  let found = 0;
  for (let index = 0; index < bits.length; index += 1) {
    let word = bits[index];
    while (word !== 0) {
      const lowest = word & -word;
      positions[found] = (index << 5) | (31 - Math.clz32(lowest));
      found += 1;
      word ^= lowest;
    }
  }
  return positions;
}
