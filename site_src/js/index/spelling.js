/**
 * Spelling correction: words of names that are one typing error away from a word of the query.
 */

import { isUnspaced } from "./tokenizer.js";

const SHORTEST = 5;
const MOST_SHARDS = 4;
const MOST_WORDS = 5;

/**
 * Words of names that are one error away from `token`: a letter more, less or other, or two neighbours exchanged. The
 * most frequent ones come first.
 *
 * An error leaves one half of a word as it is, so that looking through the words with the same first half, and those
 * with the same last one, finds all.
 *
 * @param {import("./reader.js").IndexReader} reader
 * @param {string} token
 * @param {AbortSignal} [signal]
 * @returns {Promise<string[]>}
 */
export async function findCorrections(reader, token, signal) {
  const letters = Array.from(token);
  if (letters.length < SHORTEST || isUnspaced(token) || /^\d+$/.test(token)) return [];
  const half = letters.length >> 1;
  const reversed = [...letters].reverse().join("");
  const [straight, backward] = await Promise.all([
    wordsWith(reader, "words", letters.slice(0, half).join(""), token, signal),
    wordsWith(reader, "suffixes", reversed.slice(0, letters.length - half - 1), reversed, signal),
  ]);
  const counts = new Map(straight);
  for (const [word, count] of backward) counts.set(Array.from(word).reverse().join(""), count);
  return [...counts]
    .sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1))
    .slice(0, MOST_WORDS)
    .map(([word]) => word);
}

/**
 * @param {import("./reader.js").IndexReader} reader
 * @param {"words" | "suffixes"} family
 * @param {string} prefix
 * @param {string} token
 * @param {AbortSignal} [signal]
 * @returns {Promise<[string, number][]>}  Words one error away from `token`, and how many names have each.
 */
async function wordsWith(reader, family, prefix, token, signal) {
  const names = await reader.shardNames(family, prefix, `${prefix}\uffff`, MOST_SHARDS, signal);
  const shards = await Promise.all(names.map((name) => reader.shard(family, name, signal)));
  /** @type {[string, number][]} */
  const found = [];
  for (const shard of shards) {
    for (let index = shard.lowerBound(prefix); shard.keys[index]?.startsWith(prefix); index += 1) {
      if (isOneErrorAway(shard.keys[index], token)) found.push([shard.keys[index], shard.nameCount(index)]);
    }
  }
  return found;
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
