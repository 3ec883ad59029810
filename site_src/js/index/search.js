/**
 * Finds the datasets that have all words of a query, and how well each answers it; it must not filter or list them.
 *
 * A word in a name counts more than one elsewhere, and more the fewer other words the name has; a whole word counts more
 * than a prefix. Equals stay in rank order. Words that most datasets have do not narrow a search.
 */

import { allBits, noBits } from "./bitset.js";
import { findHighlights } from "./highlights.js";
import { Work } from "./scheduler.js";
import { wordsOfQuery } from "./tokenizer.js";
import { findCorrections } from "./spelling.js";

const MOST_WORDS = 24;
const MOST_SHARDS = 3; // PREFIX_SHARDS of otdi_site/index/browser/shards.py
const FEW = 10;
const KNOWN = 30; // datasets with a word from which on nobody is asked whether another was meant
const FINISHED = 8192; // datasets with a word from which on it is not taken for the prefix of others, if it is long
const LETTERS = 3; // words of no more are taken for prefixes, however many datasets have them
const POINTS = { name: 40, alone: 60, prefix: 20, alonePrefix: 30, corrected: 15, aloneCorrected: 20 };
const TEXT = 4;
const TEXT_BEGINNING = 2;

/**
 * Datasets that have a word, the best first; a dataset may stand in several.
 *
 * @typedef {object} Postings
 * @property {Uint32Array} positions
 * @property {Uint8Array} [words]  Of names: how many words each has.
 * @property {number} points
 * @property {number} [alone]  Points for a name that has no other word, divided by its number of words.
 *
 * @typedef {object} Matches
 * @property {import("./bitset.js").Bits} bits
 * @property {Uint16Array} scores  Of all datasets.
 * @property {import("./tokenizer.js").Word[]} words  What to mark in the rows.
 * @property {import("./queries.js").FindMarks} findMarks  Where they stand in a text.
 * @property {string[]} corrections  Words that were looked for beside those of the query.
 */

/**
 * @param {import("./reader.js").IndexReader} reader
 * @param {string} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<Matches | null>}  null for a query without words.
 */
export async function search(reader, query, signal) {
  const words = wordsOfQuery(query).slice(0, MOST_WORDS);
  if (words.length === 0) return null;
  const common = new Set(reader.head.directories.search.common);
  const terms = await Promise.all(
    words.map(async (word) => ({
      isRequired: !common.has(word.token),
      postings: await findWord(reader, word, signal),
    })),
  );
  const findMarks = marker(words);
  const found = await match(terms, reader.count, signal);
  if (found.count >= FEW) return { ...found, words, findMarks, corrections: [] };
  const corrections = await Promise.all(
    words.map(({ token }, index) => {
      const isKnown = common.has(token) || countWhole(terms[index].postings) >= KNOWN;
      return isKnown ? [] : findCorrections(reader, token, signal);
    }),
  );
  const others = corrections.flat();
  if (others.length === 0) return { ...found, words, findMarks, corrections: [] };
  const widened = await Promise.all(
    terms.map(async (term, index) => ({
      ...term,
      postings: [...term.postings, ...(await findNames(reader, corrections[index], signal))],
    })),
  );
  const marked = [...words, ...others.map((token) => ({ token, isPrefix: false }))];
  return { ...(await match(widened, reader.count, signal)), words: marked, findMarks: marker(marked), corrections: others };
}

/**
 * @param {import("./tokenizer.js").Word[]} words
 * @returns {import("./queries.js").FindMarks}
 */
function marker(words) {
  return (text, isName) => findHighlights(text, words, isName);
}

/**
 * @param {import("./reader.js").IndexReader} reader
 * @param {import("./tokenizer.js").Word} word
 * @param {AbortSignal} [signal]
 * @returns {Promise<Postings[]>}
 */
async function findWord(reader, { token, isPrefix }, signal) {
  const last = isPrefix ? `${token}\uffff` : token;
  const names = await reader.shardNames("terms", token, last, MOST_SHARDS + 1, signal);
  const isWide = names.length > MOST_SHARDS;
  const shards = await Promise.all(
    names.slice(0, isWide ? 1 : MOST_SHARDS).map((name) => reader.shard("terms", name, signal)),
  );
  /** @type {Postings[]} */
  const whole = [];
  /** @type {Postings[]} */
  const begun = [];
  for (const shard of shards) {
    for (let index = shard.lowerBound(token); shard.keys[index]?.startsWith(token); index += 1) {
      if (shard.keys[index] === token) {
        whole.push({ ...shard.names(index), points: POINTS.name, alone: POINTS.alone });
        whole.push({ positions: shard.texts(index), points: TEXT });
      } else if (isPrefix) {
        begun.push({ ...shard.names(index), points: POINTS.prefix, alone: POINTS.alonePrefix });
        begun.push({ positions: shard.texts(index), points: TEXT_BEGINNING });
      } else {
        break;
      }
    }
  }
  const isFinished = token.length > LETTERS && countWhole(whole) >= FINISHED;
  const prefixes =
    isPrefix && isWide && !isFinished ? await findKey(reader, "prefixes", token, signal) : null;
  if (prefixes !== null) {
    const { shard, index } = prefixes;
    begun.push({ ...shard.names(index), points: POINTS.prefix, alone: POINTS.alonePrefix });
  }
  return [...whole, ...begun].sort((a, b) => b.points - a.points);
}

/**
 * How many datasets have a word itself.
 *
 * @param {Postings[]} postings
 */
function countWhole(postings) {
  return postings
    .filter(({ points }) => points === POINTS.name || points === TEXT)
    .reduce((count, { positions }) => count + positions.length, 0);
}

/**
 * @param {import("./reader.js").IndexReader} reader
 * @param {string[]} tokens
 * @param {AbortSignal} [signal]
 * @returns {Promise<Postings[]>}  Of the names that have one of the words.
 */
async function findNames(reader, tokens, signal) {
  const keys = await Promise.all(tokens.map((token) => findKey(reader, "terms", token, signal)));
  return keys.flatMap((key) =>
    key === null
      ? []
      : [{ ...key.shard.names(key.index), points: POINTS.corrected, alone: POINTS.aloneCorrected }],
  );
}

/**
 * Where a key is.
 *
 * @param {import("./reader.js").IndexReader} reader
 * @param {"terms" | "prefixes"} family
 * @param {string} key
 * @param {AbortSignal} [signal]
 */
export async function findKey(reader, family, key, signal) {
  const [name] = await reader.shardNames(family, key, key, 1, signal);
  if (name === undefined) return null;
  const shard = await reader.shard(family, name, signal);
  const index = shard.lowerBound(key);
  return shard.keys[index] === key ? { shard, index } : null;
}

/**
 * The datasets that have every required word, with their points, and how many they are.
 *
 * @param {{isRequired: boolean, postings: Postings[]}[]} terms
 * @param {number} count  Datasets of the catalog.
 * @param {AbortSignal} [signal]
 */
async function match(terms, count, signal) {
  const work = new Work();
  await work.rest(signal); // the lists were read at a stretch
  const scores = new Uint16Array(count);
  const hits = new Uint8Array(count);
  const required = terms.filter((term) => term.isRequired);
  const bits = required.length === 0 ? allBits(count) : noBits(count);
  let matched = required.length === 0 ? count : 0;
  for (let number = 0; number < required.length; number += 1) {
    const found = number === required.length - 1 ? bits : null;
    for (const list of required[number].postings) {
      const added = addPoints(list, scores, hits, number, number + 1, found);
      if (found !== null) matched += added;
      await work.pause(signal);
    }
  }
  for (const { postings } of terms.filter((term) => !term.isRequired)) {
    // Found already: each of these words only adds points, once.
    const extra = new Uint8Array(count);
    for (const list of postings) {
      addPoints(list, scores, extra, 0, 1, null);
      await work.pause(signal);
    }
  }
  return { bits, scores, count: matched };
}

/**
 * @param {Postings} postings
 * @param {Uint16Array} scores
 * @param {Uint8Array} hits  How many words each dataset has so far.
 * @param {number} from  Datasets with so many get points,
 * @param {number} to  and have this many then.
 * @param {import("./bitset.js").Bits | null} found  Where to put those that have it.
 * @returns {number}  How many got points.
 */
function addPoints({ positions, words, points, alone = 0 }, scores, hits, from, to, found) {
  let added = 0;
  for (let index = 0; index < positions.length; index += 1) {
    const position = positions[index];
    if (hits[position] !== from) continue;
    hits[position] = to;
    scores[position] += words === undefined ? points : points + Math.floor(alone / words[index]);
    if (found !== null) found[position >>> 5] |= 1 << (position & 31);
    added += 1;
  }
  return added;
}
