/**
 * Spelling correction: words of names that are one typing error away from a word of the query, or two from a long one.
 */

import { isUnspaced } from "./tokenizer.js";

const SHORTEST = 5;
const LONG = 8; // letters of a word from which on it may have two errors
const MOST_SHARDS = 4;
const MOST_WORDS = 5;
const FIRST = 2; // letters at one end of a long word without an error
const OFTENER = 10; // names with the right word, for each dataset with the wrong one
const RARE = 5; // names with a word below which it may be an error itself

/**
 * Words of names that are a typing error away from `token`: a letter more, less or other, or two neighbours exchanged.
 * Words two errors away count where none that is frequent is one away. The most frequent ones come first.
 *
 * One error leaves one half of a word as it is, and two leave its first letters or its last ones, mostly, so that looking
 * through the words with the same beginning, and those with the same end, finds nearly all.
 *
 * @param {import("./reader.js").IndexReader} reader
 * @param {string} token
 * @param {number} known  Datasets that have it.
 * @param {AbortSignal} [signal]
 * @returns {Promise<string[]>}
 */
export async function findCorrections(reader, token, known, signal) {
  const letters = Array.from(token);
  if (letters.length < SHORTEST || isUnspaced(token) || /^\d+$/.test(token)) return [];
  const isLong = letters.length >= LONG;
  const half = isLong ? FIRST : letters.length >> 1;
  const rest = isLong ? FIRST : letters.length - half - 1;
  const [straight, backward] = await Promise.all([
    wordsNear(reader, "words", letters, half, isLong, signal),
    wordsNear(reader, "suffixes", [...letters].reverse(), rest, isLong, signal),
  ]);
  const found = new Map(straight.map((each) => [each.word, each]));
  for (const { word, ...rest } of backward) {
    const own = Array.from(word).reverse().join("");
    found.set(own, { word: own, ...rest });
  }
  const oftener = [...found.values()].filter(({ count }) => count >= OFTENER * known);
  const isFound = oftener.some(({ errors, count }) => errors === 1 && count >= RARE);
  return oftener
    .filter(({ errors }) => errors === 1 || !isFound)
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    .slice(0, MOST_WORDS)
    .map(({ word }) => word);
}

/**
 * @param {import("./reader.js").IndexReader} reader
 * @param {"words" | "suffixes"} family
 * @param {string[]} letters  Of the word, backwards for suffixes.
 * @param {number} same  Letters that a word must begin with alike; more where too many words do.
 * @param {boolean} isLong
 * @param {AbortSignal} [signal]
 * @returns {Promise<{word: string, count: number, errors: number}[]>}  Words near the word, how many names have each,
 *   and how many errors lie between.
 */
async function wordsNear(reader, family, letters, same, isLong, signal) {
  const token = letters.join("");
  let prefix = letters.slice(0, same).join("");
  let names = await reader.shardNames(family, prefix, `${prefix}\uffff`, MOST_SHARDS + 1, signal);
  while (names.length > MOST_SHARDS && same < letters.length) {
    same += 1;
    prefix = letters.slice(0, same).join("");
    names = await reader.shardNames(family, prefix, `${prefix}\uffff`, MOST_SHARDS + 1, signal);
  }
  const shards = await Promise.all(names.map((name) => reader.shard(family, name, signal)));
  const found = [];
  for (const shard of shards) {
    for (let index = shard.lowerBound(prefix); shard.keys[index]?.startsWith(prefix); index += 1) {
      const word = shard.keys[index];
      const errors = isOneErrorAway(word, token) ? 1 : isLong && isTwoErrorsAway(word, token) ? 2 : 0;
      if (errors > 0) found.push({ word, count: shard.nameCount(index), errors });
    }
  }
  return found;
}

/**
 * Whether two errors make one word of the other: a letter more, less or other, or two neighbours exchanged.
 *
 * @param {string} one
 * @param {string} other
 */
export function isTwoErrorsAway(one, other) {
  if (Math.abs(one.length - other.length) > 2) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const [rest, otherRest] = [one.slice(start), other.slice(start)];
  const isNear = (/** @type {string} */ a, /** @type {string} */ b) => a === b || isOneErrorAway(a, b);
  return (
    one !== other &&
    (isNear(rest.slice(1), otherRest.slice(1)) ||
      isNear(rest.slice(1), otherRest) ||
      isNear(rest, otherRest.slice(1)) ||
      (rest.length > 1 && rest[0] === otherRest[1] && rest[1] === otherRest[0] && isNear(rest.slice(2), otherRest.slice(2))))
  );
}

/**
 * Whether one letter more, less or other, or two neighbours exchanged, make one word of the other.
 *
 * @param {string} one
 * @param {string} other
 */
export function isOneErrorAway(one, other) {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const [rest, otherRest] = [one.slice(start), other.slice(start)];
  return (
    rest.slice(1) === otherRest.slice(1) ||
    rest.slice(1) === otherRest ||
    rest === otherRest.slice(1) ||
    (rest.length > 1 && rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2))
  );
}
