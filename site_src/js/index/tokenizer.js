/**
 * Splits text into the words that searching compares, by the rules of otdi_site/index/browser/tokens.py, to the letter;
 * it must not know where they are kept.
 */

import { DROPPED, REPLACED, UNSPACED, characterClass, digitZeros, letterRanges, listedRanges } from "./letters.js";

export const TOKEN_LENGTH = 32;

const letters = characterClass(letterRanges());
const unspaced = characterClass(listedRanges(UNSPACED));
const RUN = new RegExp(`[${letters}]+`, "gu");
const DROPPED_CHARACTERS = new RegExp(`[${characterClass(listedRanges(DROPPED))}]+`, "gu");
const SEGMENT = new RegExp(`[${unspaced}]+|[^${unspaced}]+`, "gu");
const UNSPACED_CHARACTER = new RegExp(`[${unspaced}]`, "u");
const REPLACED_CHARACTER = new RegExp(
  `[${Object.keys(REPLACED).join("")}${characterClass(digitZeros().map((zero) => [zero, zero + 9]))}]`,
  "gu",
);
const near = characterClass(letterRanges().filter(([, last]) => last <= 0xffff));
const SYMBOL = new RegExp(
  `(?<![${near}.#+])(?:[A-Za-z](?:#|\\+\\+)|\\.[Nn][Ee][Tt])(?![${near}#+])|(?<![${near}.,])[0-9]{1,3}(?:,[0-9]{3})+(?![${near},])|[\u2600-\u27bf\u{1f300}-\u{1f3fa}\u{1f400}-\u{1faff}]`,
  "gu",
);
const ASCII = /^[\0-\x7f]*$/;

/** @type {Map<string, string>} */
const replacements = new Map(Object.entries(REPLACED));
for (const zero of digitZeros()) {
  for (let digit = 0; digit < 10; digit += 1) replacements.set(String.fromCodePoint(zero + digit), String(digit));
}

/**
 * The tokens of a text in its order; a token may be there more than once.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function tokenise(text) {
  return [...runs(text).flatMap((run) => tokensOfRun(run.text)), ...symbols(text).map(({ token }) => token)];
}

/**
 * The symbols of a text that carry meaning, such as `C#`, `1,000` and emoji, with the position of each.
 *
 * @param {string} text
 * @returns {{token: string, start: number, end: number}[]}
 */
export function symbols(text) {
  return Array.from(text.matchAll(SYMBOL), ({ 0: found, index }) => ({
    token: found.toLowerCase().replaceAll(",", ""),
    start: index,
    end: index + found.length,
  }));
}

/**
 * The runs of letters of a text, with the position of each.
 *
 * @param {string} text
 * @returns {{text: string, start: number}[]}
 */
export function runs(text) {
  return Array.from(text.matchAll(RUN), (match) => ({ text: match[0], start: match.index }));
}

/**
 * @param {string} run
 * @param {boolean} [isQuery]  Leaves out the last character of an unspaced sequence, which its last pair holds.
 * @returns {string[]}
 */
export function tokensOfRun(run, isQuery = false) {
  if (ASCII.test(run)) return [run.toLowerCase().slice(0, TOKEN_LENGTH)];
  /** @type {string[]} */
  const tokens = [];
  for (const piece of foldRun(run).match(RUN) ?? []) {
    for (const segment of piece.match(SEGMENT) ?? []) {
      const characters = Array.from(segment);
      if (UNSPACED_CHARACTER.test(characters[0])) {
        const count = isQuery ? Math.max(1, characters.length - 1) : characters.length;
        for (let position = 0; position < count; position += 1) {
          tokens.push(characters[position] + (characters[position + 1] ?? ""));
        }
      } else {
        tokens.push(characters.slice(0, TOKEN_LENGTH).join(""));
      }
    }
  }
  return tokens;
}

/**
 * The words to look for when somebody has typed `text`. The last one may be unfinished, so that it stands for every
 * token that begins with it; so does a single character of a script written without spaces. Each word is there once.
 *
 * @param {string} text
 * @returns {Word[]}
 */
export function wordsOfQuery(text) {
  /** @type {Map<string, Word>} */
  const words = new Map();
  const found = symbols(text);
  const starts = [0, ...found.map(({ end }) => end)];
  const all = starts.flatMap((start, number) => {
    const { token = undefined, start: end = text.length } = found[number] ?? {};
    const tokens = runs(text.slice(start, end)).flatMap((run) => tokensOfRun(run.text, true));
    return token === undefined ? tokens : [...tokens, token];
  });
  const isOpen = found.length === 0 || found[found.length - 1].end < text.trimEnd().length;
  all.forEach((token, position) => {
    const isCharacter = isUnspaced(token) && Array.from(token).length === 1;
    const isLast = position === all.length - 1 && isOpen && !isUnspaced(token);
    const isPrefix = isCharacter || isLast;
    words.set(token, { token, isPrefix: isPrefix && words.get(token)?.isPrefix !== false });
  });
  return [...words.values()];
}

/**
 * @typedef {object} Word
 * @property {string} token
 * @property {boolean} isPrefix  Whether it stands for the tokens that begin with it.
 */

/**
 * Whether a token is of a script written without spaces: then it is a pair of characters, or one, and no word.
 *
 * @param {string} token
 */
export function isUnspaced(token) {
  return UNSPACED_CHARACTER.test(token);
}

/** @param {string} run */
function foldRun(run) {
  return run
    .normalize("NFKD")
    .replace(DROPPED_CHARACTERS, "")
    .toLowerCase()
    .replace(REPLACED_CHARACTER, (character) => replacements.get(character) ?? character)
    .normalize("NFC");
}
