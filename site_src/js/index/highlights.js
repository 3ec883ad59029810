/**
 * Where the words of a query stand in a text; it must not change the text.
 */

import { isUnspaced, runs, tokensOfRun } from "./tokenizer.js";

/**
 * The parts of a text to mark, ascending and apart, as positions in the text: the first, and the one after the last.
 *
 * @param {string} text
 * @param {import("./tokenizer.js").Word[]} words
 * @param {boolean} [isName]  Names are found by parts of their words too.
 * @returns {[number, number][]}
 */
export function findHighlights(text, words, isName = false) {
  /** @type {[number, number][]} */
  const found = [];
  for (const run of runs(text)) {
    for (const [start, end] of isUnspaced(run.text) ? pairsIn(run.text, words) : wordsIn(run.text, words, isName)) {
      const last = found.at(-1);
      if (last !== undefined && last[1] >= run.start + start) last[1] = Math.max(last[1], run.start + end);
      else found.push([run.start + start, run.start + end]);
    }
  }
  return found;
}

/**
 * @param {string} run
 * @param {import("./tokenizer.js").Word[]} words
 * @param {boolean} isName
 * @returns {[number, number][]}
 */
function wordsIn(run, words, isName) {
  const folded = tokensOfRun(run).join("");
  const isAsLong = folded.length === run.length;
  for (const { token, isPrefix } of words) {
    if (folded === token) return [[0, run.length]];
    if (isPrefix && folded.startsWith(token)) return [[0, isAsLong ? token.length : run.length]];
  }
  if (!isName || !isAsLong) return [];
  return words
    .filter(({ token }) => token.length > 1 && folded.includes(token))
    .map(({ token }) => /** @type {[number, number]} */ ([folded.indexOf(token), folded.indexOf(token) + token.length]))
    .sort((a, b) => a[0] - b[0]);
}

/**
 * @param {string} run  With characters of a script written without spaces.
 * @param {import("./tokenizer.js").Word[]} words
 * @returns {[number, number][]}
 */
function pairsIn(run, words) {
  const wanted = new Set(words.map(({ token }) => token));
  const characters = Array.from(run);
  /** @type {[number, number][]} */
  const found = [];
  let start = 0;
  characters.forEach((character, index) => {
    const pair = character + (characters[index + 1] ?? "");
    const [token] = tokensOfRun(pair);
    if (wanted.has(token)) found.push([start, start + pair.length]);
    else if (wanted.has(tokensOfRun(character)[0])) found.push([start, start + character.length]);
    start += character.length;
  });
  return found;
}
