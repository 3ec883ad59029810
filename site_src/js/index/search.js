/**
 * Answers a search in words: finds the datasets that have all of them, or most where few have all; it must not filter
 * or list them.
 *
 * A word counts the more, the rarer it is; in a name more than elsewhere, and more the fewer other words the name has;
 * a whole word more than another form of it, and that more than a beginning. Equals stay in rank order. Words that most
 * datasets have do not narrow a search, and neither do those that say nothing.
 */

import { readJson } from "./head.js";
import { findHighlights } from "./highlights.js";
import { POINTS, countWhole, findParts, findPhrase, findToken, findValue, findWord } from "./lookup.js";
import { countWithout, match, withMost } from "./matching.js";
import { Names } from "./names.js";
import { findCorrections } from "./spelling.js";
import { wordsOfQuery } from "./tokenizer.js";

const MOST_WORDS = 24;
const FEW = 10;
const RIGHT = 3; // datasets with a word from which on it is no typing error
const LEAST = 0.05; // weight of a word
const NAMED = 0.8; // weight of one that names a value: who asks for a language wants no other
const LONGEST_JOINT = 3; // words that may be parts of one
const ID = /^\s*([\w.-]+)(?:\/([\w.-]+))?\s*$/;

/**
 * @typedef {import("./lookup.js").Postings} Postings
 *
 * @typedef {object} Matches
 * @property {import("./bitset.js").Bits} bits
 * @property {Uint16Array} scores  Of all datasets.
 * @property {number} whole  How many of them have all words; the others have most.
 * @property {import("./tokenizer.js").Word[]} words  What to mark in the rows.
 * @property {import("./queries.js").FindMarks} findMarks  Where they stand in a text.
 * @property {string[]} corrections  Words that were looked for in case of a typing error.
 * @property {(position: number) => string[]} missingOf  The words that a dataset lacks.
 * @property {import("./bitset.js").Bits} wholeBits  Datasets that have all words.
 * @property {(import("./names.js").Value & {rest: string})[]} values  Those that the words name; `rest` is the search
 *   without their names.
 * @property {{word: string, count: number, rest: string}[]} without  Words without which datasets have all others, and
 *   the search without each.
 */

/**
 * @param {import("./reader.js").IndexReader} reader
 * @param {string} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<Matches | null>}  null for a query without words.
 */
export async function search(reader, query, signal) {
  const typed = wordsOfQuery(query).slice(0, MOST_WORDS);
  if (typed.length === 0) return null;
  const names = await reader.names((bytes) => new Names(readJson(bytes)), signal);
  const inNames = names.valuesIn(typed).filter(({ start, end }) => end - start > 1);
  const telling = typed.filter(
    ({ token }, index) => !names.ignored.has(token) || inNames.some(({ start, end }) => start <= index && index < end),
  );
  const words = telling.length === 0 ? typed : telling;
  const common = new Set(reader.head.directories.search.common);
  const named = [...names.valuesIn(words), ...names.valuesBegun(words)];
  const [looked, lists, owned] = await Promise.all([
    Promise.all(words.map((word, index) => findWord(reader, word, 1 << index, signal))),
    Promise.all(named.map((span) => findValues(reader, span, signal))),
    findOwned(reader, query, words, signal),
  ]);
  const plan = { words, postings: [...looked.flatMap(({ postings }) => postings), ...lists.flat(), ...owned] };
  const required = words.reduce((bits, { token }, index) => (common.has(token) ? bits : bits | (1 << index)), 0);
  const marked = [...words, ...looked.flatMap(({ forms }) => forms.map((token) => ({ token, isPrefix: false })))];
  const values = named.flatMap((span) => {
    const rest = queryWithout(query, words.slice(span.start, span.end));
    return span.values.map((value) => ({ ...value, rest }));
  });
  const finish = (/** @type {import("./matching.js").Found} */ found, /** @type {string[]} */ corrections = []) => {
    const shown = [...marked, ...corrections.map((token) => ({ token, isPrefix: false }))];
    const missing = (/** @type {number} */ position) =>
      words.filter((_, index) => (required & ~found.met[position]) >>> index & 1).map(({ token }) => token);
    const without = found.whole > 0 || words.length < 3 ? [] : offersWithout(query, words, found.met, required);
    return { ...found, words: shown, findMarks: marker(shown), corrections, missingOf: missing, values, without };
  };
  const weights = weightsOf(plan.postings, words.length, reader.count);
  const found = await match(plan.postings, weights, required, reader.count, signal);
  if (found.count >= FEW) return finish(found);

  const wider = await widen(reader, words, looked, names, common, signal);
  const postings = [...plan.postings, ...wider.postings];
  const known = required & postings.reduce((bits, { covers, positions }) => (positions.length > 0 ? bits | covers : bits), 0);
  const newWeights = weightsOf(postings, words.length, reader.count);
  const widened = await match(postings, newWeights, required, reader.count, signal);
  const isOver = widened.count >= FEW || words.length < 2 || known === 0;
  return finish(isOver ? widened : withMost(widened, newWeights, required, known), wider.corrections);
}

/**
 * What else the words of a search may mean, where few datasets have them as they are.
 *
 * @param {import("./reader.js").IndexReader} reader
 * @param {import("./tokenizer.js").Word[]} words
 * @param {{postings: Postings[]}[]} looked
 * @param {Names} names
 * @param {Set<string>} common
 * @param {AbortSignal} [signal]
 * @returns {Promise<{postings: Postings[], corrections: string[]}>}
 */
async function widen(reader, words, looked, names, common, signal) {
  const joints = Array.from({ length: LONGEST_JOINT - 1 }, (_, index) => index + 2).flatMap((length) =>
    Array.from({ length: Math.max(0, words.length - length + 1) }, (_, start) => ({ start, end: start + length })),
  );
  const joined = joints.map(({ start, end }) => {
    const token = words.slice(start, end).map((word) => word.token).join("");
    return findToken(reader, token, "whole", bitsOf(start, end), signal);
  });
  const others = names.sameAs(words).flatMap(({ start, end, names: found }) =>
    found.map((name) => findPhrase(reader, name.split(" "), bitsOf(start, end), signal)),
  );
  /** @type {string[]} */
  const corrections = [];
  const single = words.map(async ({ token }, index) => {
    const covers = 1 << index;
    const whole = countWhole(looked[index].postings);
    const isBeginning = looked[index].postings.some(({ kind, positions }) => kind === "beginning" && positions.length > 0);
    const parts = whole < FEW ? await findParts(reader, token, signal) : [];
    const found = parts.map((part) => findPhrase(reader, part, covers, signal));
    const isRight = common.has(token) || whole >= RIGHT || isBeginning;
    if (!isRight) {
      const near = await findCorrections(reader, token, whole, signal);
      corrections.push(...near);
      found.push(...near.map((other) => findToken(reader, other, "corrected", covers, signal)));
    }
    return (await Promise.all(found)).flat();
  });
  const postings = (await Promise.all([...joined, ...others, ...single])).flat();
  return { postings, corrections };
}

/**
 * The datasets of the values that some words name.
 *
 * @param {import("./reader.js").IndexReader} reader
 * @param {import("./names.js").NamedSpan} span
 * @param {AbortSignal} [signal]
 * @returns {Promise<Postings[]>}
 */
async function findValues(reader, { start, end, values, isBegun }, signal) {
  const found = await Promise.all(values.map(({ facet, id }) => findValue(reader, facet, id, signal)));
  return found.flatMap((positions) =>
    positions === null ? [] : [{ positions, points: POINTS.value, covers: bitsOf(start, end), kind: isBegun ? "beginning" : "value" }],
  );
}

/**
 * The datasets of the publisher that a search consists of, or begins with as an id does.
 *
 * @param {import("./reader.js").IndexReader} reader
 * @param {string} query
 * @param {import("./tokenizer.js").Word[]} words
 * @param {AbortSignal} [signal]
 * @returns {Promise<Postings[]>}
 */
async function findOwned(reader, query, words, signal) {
  const [, publisher, name] = ID.exec(query) ?? [];
  if (publisher === undefined) return [];
  const positions = await findValue(reader, "publisher", publisher, signal);
  if (positions === null) return [];
  const covered = name === undefined ? words.length : wordsOfQuery(publisher).length;
  const covers = bitsOf(0, Math.min(words.length, covered));
  return [{ positions, points: 2 * POINTS.whole.alone, covers, kind: "value" }];
}

/**
 * @param {number} start
 * @param {number} end
 */
function bitsOf(start, end) {
  return 2 ** end - 2 ** start;
}

/**
 * How much each word tells: 1 where one dataset has it, 0 where all have it.
 *
 * @param {Postings[]} postings
 * @param {number} words
 * @param {number} count  Datasets of the catalog.
 */
function weightsOf(postings, words, count) {
  return Array.from({ length: words }, (_, index) => {
    const own = postings.filter(({ covers }) => (covers >>> index) & 1);
    const values = own.filter(({ kind }) => kind === "value");
    const counted = countWhole(own) > 0 ? own.filter(({ kind }) => kind === "whole") : own;
    const datasets = [...new Set([...counted, ...values])].reduce((sum, { positions }) => sum + positions.length, 0);
    const weight = Math.log(1 + count / Math.max(1, datasets)) / Math.log(1 + count);
    return Math.max(values.length > 0 ? NAMED : LEAST, weight);
  });
}

/**
 * @param {string} query
 * @param {import("./tokenizer.js").Word[]} words
 * @param {Uint32Array} met
 * @param {number} required
 */
function offersWithout(query, words, met, required) {
  return words
    .map((word, index) => ({
      word: word.token,
      count: countWithout(met, required, 1 << index),
      rest: queryWithout(query, [word]),
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

/**
 * @param {string} query
 * @param {import("./tokenizer.js").Word[]} words
 */
function queryWithout(query, words) {
  const dropped = new Set(words.map(({ token }) => token));
  const isKept = (/** @type {string} */ piece) => !wordsOfQuery(piece).every(({ token }) => dropped.has(token));
  return query.split(/\s+/).filter(isKept).join(" ");
}

/**
 * @param {import("./tokenizer.js").Word[]} words
 * @returns {import("./queries.js").FindMarks}
 */
function marker(words) {
  return (text, isName) => findHighlights(text, words, isName);
}
