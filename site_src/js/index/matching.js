/**
 * Tells which datasets have the words of a search, all or most of them, and how well each answers it.
 */

import { allBits, noBits } from "./bitset.js";
import { Work } from "./scheduler.js";

const MOST = 0.6; // of the weight that the best of them meet, which datasets with some of the words must meet to be listed
const WHOLE_SCORE = 40_000; // of a dataset with all words; below are those with most of them
const SHARE_SCORE = 30_000; // of a dataset with nearly all of the weight; points make the rest
const POINT = 20;
const EXACT = 15_000; // more, where the name has these words and no others
const LIMIT = 0xffff;

/**
 * @typedef {object} Found
 * @property {import("./bitset.js").Bits} bits
 * @property {import("./bitset.js").Bits} wholeBits  Datasets with all words.
 * @property {Uint16Array} scores  Of all datasets.
 * @property {number} count
 * @property {number} whole  How many have all words.
 * @property {Uint32Array} met  Of all datasets, the words they have, a bit each.
 * @property {Float32Array} points  Of all datasets.
 */

/**
 * @param {import("./lookup.js").Postings[]} postings
 * @param {number[]} weights  Of the words: the rarer a word, the more it weighs.
 * @param {number} required  The words that narrow the search, a bit each.
 * @param {number} count  Datasets of the catalog.
 * @param {AbortSignal} [signal]
 * @returns {Promise<Found>}  Datasets with all words.
 */
export async function match(postings, weights, required, count, signal) {
  const work = new Work();
  await work.rest(signal); // the lists were read at a stretch
  const points = new Float32Array(count);
  const met = new Uint32Array(count);
  const named = new Uint8Array(count);
  const whole = 2 ** weights.length - 1;
  for (const list of [...postings].sort((a, b) => b.points - a.points)) {
    addPoints(list, weights, { points, met, named });
    await work.pause(signal);
  }
  const bits = required === 0 ? allBits(count) : noBits(count);
  const scores = new Uint16Array(count);
  let found = 0;
  for (let position = 0; position < count; position += 1) {
    if ((met[position] & required) !== required) continue;
    const isExact = named[position] === weights.length && (met[position] & whole) === whole;
    scores[position] = Math.min(LIMIT, WHOLE_SCORE + points[position] + (isExact ? EXACT : 0));
    bits[position >>> 5] |= 1 << (position & 31);
    found += 1;
  }
  await work.pause(signal);
  return { bits, wholeBits: bits, scores, count: found, whole: found, met, points };
}

/**
 * @param {import("./lookup.js").Postings} list
 * @param {number[]} weights
 * @param {{points: Float32Array, met: Uint32Array, named: Uint8Array}} datasets  `named`: how many words of a name are
 *   words of the search, where the name has no others.
 */
function addPoints({ kind, covers, positions, words, points: worth, alone = 0 }, weights, { points, met, named }) {
  const all = weightOf(covers, weights);
  const length = bitCount(covers);
  for (let index = 0; index < positions.length; index += 1) {
    const position = positions[index];
    const added = covers & ~met[position];
    if (added === 0) {
      if (kind === "value") points[position] += worth * all; // a name that says so, and a fact
      continue;
    }
    met[position] |= covers;
    const weight = added === covers ? all : weightOf(added, weights);
    if (words === undefined) {
      points[position] += worth * weight;
    } else {
      points[position] += (worth + alone / words[index]) * weight;
      if (words[index] === weights.length || (words[index] === 1 && length === weights.length)) named[position] += length;
    }
  }
}

/**
 * Adds the datasets with most of the words to those with all: the more of the search's weight they meet, the better.
 *
 * @param {Found} found
 * @param {number[]} weights
 * @param {number} required  The words that narrow the search, a bit each.
 * @param {number} known  Those of them that some dataset has.
 * @returns {Found}
 */
export function withMost({ bits, scores, count, met, points }, weights, required, known) {
  /** @type {Map<number, number>} */
  const shares = new Map();
  const total = weightOf(known, weights);
  for (const each of met) {
    const words = each & known;
    if (words !== 0 && words !== required && !shares.has(words)) shares.set(words, weightOf(words, weights) / total);
  }
  const least = MOST * Math.max(0, ...shares.values());
  const widened = { wholeBits: bits, bits: bits.slice(), scores: scores.slice(), count, whole: count, met, points };
  for (let position = 0; position < met.length; position += 1) {
    const share = shares.get(met[position] & known) ?? 0;
    if (share === 0 || share < least || ((bits[position >>> 5] >>> (position & 31)) & 1) === 1) continue;
    widened.bits[position >>> 5] |= 1 << (position & 31);
    const more = Math.min(WHOLE_SCORE - SHARE_SCORE - 1, POINT * points[position]);
    widened.scores[position] = Math.floor(share * SHARE_SCORE + more);
    widened.count += 1;
  }
  return widened;
}

/**
 * How many datasets would have all words without one of them.
 *
 * @param {Uint32Array} met
 * @param {number} required
 * @param {number} word  Its bit.
 */
export function countWithout(met, required, word) {
  const rest = required & ~word;
  return met.reduce((count, each) => ((each & rest) === rest ? count + 1 : count), 0);
}

/**
 * @param {number} words  A bit each.
 * @param {number[]} weights
 */
function weightOf(words, weights) {
  return weights.reduce((sum, weight, index) => ((words >>> index) & 1 ? sum + weight : sum), 0);
}

/** @param {number} bits */
function bitCount(bits) {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
