/**
 * Looks words up in the index: which datasets have a word, a form of it, a beginning, a phrase, or a value that it names.
 */

import { isUnspaced } from "./tokenizer.js";
import { otherSpellings, rootOf } from "./variants.js";

const MOST_SHARDS = 3; // PREFIX_SHARDS of otdi_site/index/browser/shards.py
const FINISHED = 8192; // datasets with a word from which on it is not taken for the prefix of others, if it is long
const LETTERS = 3; // words of no more are taken for prefixes, however many datasets have them
const SHORTEST_PART = 3; // letters of a part of a compound
const SHORTEST_STEM = 3;
const MOST_PARTS = 2; // ways to make a word of two
const CHANGING = 2; // letters at the end of a root that its forms may write otherwise
/** Points of a word: in a name, as the only word of a name, and elsewhere. */
export const POINTS = {
  whole: { name: 40, alone: 60, text: 4 },
  form: { name: 30, alone: 40, text: 3 },
  beginning: { name: 20, alone: 30, text: 2 },
  corrected: { name: 2.5, alone: 1, text: 1 }, // less than the word itself anywhere
  value: 30,
};

/**
 * Datasets that have some words of a search; a dataset may stand in several.
 *
 * @typedef {object} Postings
 * @property {number} covers  The words, a bit each.
 * @property {Uint32Array} positions
 * @property {number} points
 * @property {Uint8Array} [words]  Of names: how many words each has.
 * @property {number} [alone]  Points for a name that has no other word, divided by its number of words.
 * @property {"whole" | "form" | "beginning" | "corrected" | "value"} kind
 *
 * @typedef {import("./reader.js").IndexReader} Reader
 * @typedef {import("./shards.js").Shard} Shard
 */

/**
 * @param {Shard} shard
 * @param {number} index  Of a key.
 * @param {"whole" | "form" | "beginning" | "corrected"} kind
 * @param {number} covers
 * @returns {Postings[]}
 */
function postingsAt(shard, index, kind, covers) {
  const { name, alone, text } = POINTS[kind];
  return [
    { ...shard.names(index), points: name, alone, covers, kind },
    { positions: shard.texts(index), points: text, covers, kind },
  ];
}

/**
 * A word of a search and its forms; what begins with it where it may be unfinished.
 *
 * @param {Reader} reader
 * @param {import("./tokenizer.js").Word} word
 * @param {number} covers
 * @param {AbortSignal} [signal]
 * @returns {Promise<{postings: Postings[], forms: string[]}>}
 */
export async function findWord(reader, { token, isPrefix }, covers, signal) {
  const root = rootOf(token);
  const stem = root === token && token.length < SHORTEST_STEM ? token : stemOf(token, root);
  let names = await reader.shardNames("terms", stem, `${stem}\uffff`, MOST_SHARDS + 1, signal);
  if (names.length > 1) {
    // Forms that stand in other shards are not worth their bytes.
    names = await reader.shardNames("terms", token, isPrefix ? `${token}\uffff` : token, MOST_SHARDS + 1, signal);
  }
  const isWide = names.length > MOST_SHARDS;
  const shards = await Promise.all(
    names.slice(0, isWide ? 1 : MOST_SHARDS).map((name) => reader.shard("terms", name, signal)),
  );
  /** @type {Postings[]} */
  const postings = [];
  /** @type {string[]} */
  const forms = [];
  for (const shard of shards) {
    for (let index = shard.lowerBound(stem); shard.keys[index]?.startsWith(stem); index += 1) {
      const key = shard.keys[index];
      if (key === token) {
        postings.push(...postingsAt(shard, index, "whole", covers));
      } else if (rootOf(key) === root) {
        postings.push(...postingsAt(shard, index, "form", covers));
        forms.push(key);
      } else if (isPrefix && !isWide && key.startsWith(token)) {
        postings.push(...postingsAt(shard, index, "beginning", covers));
      }
    }
  }
  const isFinished = token.length > LETTERS && countWhole(postings) >= FINISHED;
  const others = await Promise.all(
    otherSpellings(token).map((other) => findKey(reader, "terms", other, signal)),
  );
  for (const other of others) if (other !== null) postings.push(...postingsAt(other.shard, other.index, "form", covers));
  if (isPrefix && isWide && !isFinished) {
    const found = await findKey(reader, "prefixes", token, signal);
    if (found !== null) postings.push(...postingsAt(found.shard, found.index, "beginning", covers));
  }
  return { postings, forms };
}

/**
 * What the forms of a word begin with: of a word and its root what they have in common, without the letters at its end
 * that spelling changes.
 *
 * @param {string} token
 * @param {string} root
 */
function stemOf(token, root) {
  let length = 0;
  while (length < root.length && root[length] === token[length]) length += 1;
  return token.slice(0, Math.max(SHORTEST_STEM, length - CHANGING));
}

/**
 * How many datasets have a word itself.
 *
 * @param {Postings[]} postings
 */
export function countWhole(postings) {
  return postings.reduce((count, { positions, kind }) => (kind === "whole" ? count + positions.length : count), 0);
}

/**
 * The datasets that have a token, written in place of words of the search.
 *
 * @param {Reader} reader
 * @param {string} token
 * @param {"whole" | "form" | "corrected"} kind
 * @param {number} covers
 * @param {AbortSignal} [signal]
 * @returns {Promise<Postings[]>}
 */
export async function findToken(reader, token, kind, covers, signal) {
  const key = await findKey(reader, "terms", token, signal);
  return key === null ? [] : postingsAt(key.shard, key.index, kind, covers);
}

/**
 * The datasets that have every token of another name for words of the search.
 *
 * @param {Reader} reader
 * @param {string[]} tokens
 * @param {number} covers
 * @param {AbortSignal} [signal]
 * @returns {Promise<Postings[]>}
 */
export async function findPhrase(reader, tokens, covers, signal) {
  if (tokens.length === 1) return findToken(reader, tokens[0], "form", covers, signal);
  const found = await Promise.all(tokens.map((token) => findToken(reader, token, "form", covers, signal)));
  const sets = found.map((postings) => new Set(postings.flatMap(({ positions }) => [...positions])));
  sets.sort((a, b) => a.size - b.size);
  const positions = [...sets[0]].filter((position) => sets.every((set) => set.has(position))).sort((a, b) => a - b);
  return [{ positions: Uint32Array.from(positions), points: POINTS.form.text, covers, kind: "form" }];
}

/**
 * The two words of which a word may be made, where the catalog has both; the most frequent ones first.
 *
 * @param {Reader} reader
 * @param {string} token
 * @param {AbortSignal} [signal]
 * @returns {Promise<[string, string][]>}
 */
export async function findParts(reader, token, signal) {
  if (token.length < 2 * SHORTEST_PART || isUnspaced(token) || /^\d+$/.test(token)) return [];
  const splits = Array.from({ length: token.length - 2 * SHORTEST_PART + 1 }, (_, index) => index + SHORTEST_PART);
  const count = async (/** @type {string} */ part) => {
    const key = await findKey(reader, "terms", part, signal);
    return key === null ? 0 : key.shard.nameCount(key.index) + key.shard.textCount(key.index);
  };
  /** @type {{parts: [string, string], count: number}[]} */
  const found = [];
  for (const split of splits) {
    const [first, second] = [token.slice(0, split), token.slice(split)];
    const own = await count(first);
    const both = own === 0 ? 0 : Math.min(own, await count(second));
    if (both > 0) found.push({ parts: [first, second], count: both });
  }
  return found.sort((a, b) => b.count - a.count).slice(0, MOST_PARTS).map(({ parts }) => parts);
}

/**
 * The datasets of a value.
 *
 * @param {Reader} reader
 * @param {string} facet
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint32Array | null>}  null where the catalog does not have the value, or most datasets have it.
 */
export async function findValue(reader, facet, id, signal) {
  const key = await findKey(reader, "lists", `${facet}:${id.toLowerCase()}`, signal);
  return key && key.shard.texts(key.index);
}

/**
 * The values of a facet whose ids begin so, those of most datasets first; of very many, some.
 *
 * @param {Reader} reader
 * @param {string} facet
 * @param {string} beginning
 * @param {number} most
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./names.js").Value[]>}
 */
export async function findValuesBegun(reader, facet, beginning, most, signal) {
  const key = `${facet}:${beginning.toLowerCase()}`;
  const names = await reader.shardNames("lists", key, `${key}\uffff`, MOST_SHARDS, signal);
  const found = [];
  for (const shard of await Promise.all(names.map((name) => reader.shard("lists", name, signal)))) {
    for (let index = shard.lowerBound(key); shard.keys[index]?.startsWith(key); index += 1) {
      found.push({ shard, index, count: shard.textCount(index) });
    }
  }
  const values = found.sort((a, b) => b.count - a.count).slice(0, most);
  // The spelling of a value stands in the rows of its datasets.
  const rows = await reader.rows(Uint32Array.from(values, ({ shard, index }) => shard.texts(index)[0]), signal);
  return values.flatMap(({ shard, index, count }, place) => {
    const id = shard.keys[index].slice(facet.length + 1);
    const value = rows[place].values[facet]?.find((each) => each.id.toLowerCase() === id);
    return value === undefined ? [] : [{ facet, id: value.id, title: value.title, count }];
  });
}

/**
 * Where a key is.
 *
 * @param {Reader} reader
 * @param {"terms" | "prefixes" | "lists"} family
 * @param {string} key
 * @param {AbortSignal} [signal]
 */
async function findKey(reader, family, key, signal) {
  const [name] = await reader.shardNames(family, key, key, 1, signal);
  if (name === undefined) return null;
  const shard = await reader.shard(family, name, signal);
  const index = shard.lowerBound(key);
  return shard.keys[index] === key ? { shard, index } : null;
}
