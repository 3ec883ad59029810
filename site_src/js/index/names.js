/**
 * The words that name facet values, and those that a search takes for the same or leaves out.
 */

import { rootOf } from "./variants.js";

const LONGEST = 6; // words of a name
/** Words of so many letters name a value only where they are all that was typed, or in capitals. */
const CODE = 2;
const BEGUN = 3; // letters from which on an unfinished word stands for names that begin with it
const MOST_BEGUN = 3;

/**
 * @typedef {object} NamesDocument
 * @property {[string, string, string, number, string[]][]} values  Facet, id, title, number of datasets, and names.
 * @property {string[][]} same  Names of one thing.
 * @property {string[]} ignored
 *
 * @typedef {object} Value  A value of a facet.
 * @property {string} facet
 * @property {string} id
 * @property {string} title
 * @property {number} count  Datasets that have it.
 *
 * @typedef {object} Span  Words that stand together in a search: the first one, and the one after the last.
 * @property {number} start
 * @property {number} end
 *
 * @typedef {Span & {values: Value[], isBegun: boolean}} NamedSpan
 */

export class Names {
  /** @type {Map<string, Value[]>}  By the roots of a name's words. */
  #values = new Map();
  /** @type {Map<string, string[]>}  Names of the same thing, by the roots of a name's words. */
  #same = new Map();

  /** @param {NamesDocument} document */
  constructor({ values, same, ignored }) {
    this.ignored = new Set(ignored);
    for (const names of same) for (const name of names) this.#same.set(rootsOf(name.split(" ")), names);
    for (const [facet, id, title, count, names] of values) {
      for (const name of names.flatMap((each) => [each, ...(this.#same.get(rootsOf(each.split(" "))) ?? [])])) {
        const roots = rootsOf(name.split(" "));
        const known = this.#values.get(roots);
        if (known === undefined) this.#values.set(roots, [{ facet, id, title, count }]);
        else if (!known.some((value) => value.facet === facet && value.id === id)) known.push({ facet, id, title, count });
      }
    }
  }

  /**
   * The values that words of a search name, the longest names first: a word is part of one name only.
   *
   * @param {import("./tokenizer.js").Word[]} words
   * @returns {NamedSpan[]}
   */
  valuesIn(words) {
    const taken = new Set();
    return this.#spansIn(words, this.#values)
      .map(({ start, end, found }) => ({ start, end, values: found, isBegun: false }))
      .filter(({ start, end }) => {
        if (end - start === 1 && words.length > 1 && words[start].token.length <= CODE && this.ignored.has(words[start].token)) return false;
        const places = Array.from({ length: end - start }, (_, index) => start + index);
        if (places.some((place) => taken.has(place))) return false;
        for (const place of places) taken.add(place);
        return true;
      });
  }

  /**
   * The most frequent values with a name that the last word of a search may begin.
   *
   * @param {import("./tokenizer.js").Word[]} words
   * @returns {NamedSpan[]}
   */
  valuesBegun(words) {
    const last = words.length - 1;
    const { token, isPrefix } = words[last];
    if (!isPrefix || token.length < BEGUN || this.#values.has(rootOf(token))) return [];
    /** @type {Map<string, Value>} */
    const found = new Map();
    for (const [names, values] of this.#values) {
      if (names.startsWith(token)) for (const value of values) found.set(`${value.facet}:${value.id}`, value);
    }
    const values = [...found.values()].sort((a, b) => b.count - a.count).slice(0, MOST_BEGUN);
    return values.length === 0 ? [] : [{ start: last, end: last + 1, values, isBegun: true }];
  }

  /**
   * Other names of things that words of a search name.
   *
   * @param {import("./tokenizer.js").Word[]} words
   * @returns {(Span & {names: string[]})[]}
   */
  sameAs(words) {
    return this.#spansIn(words, this.#same).map(({ start, end, found }) => {
      const own = rootsOf(words.slice(start, end).map(({ token }) => token));
      return { start, end, names: found.filter((name) => rootsOf(name.split(" ")) !== own) };
    });
  }

  /**
   * @template T
   * @param {import("./tokenizer.js").Word[]} words
   * @param {Map<string, T>} table
   * @returns {(Span & {found: T})[]}  The longest first.
   */
  #spansIn(words, table) {
    const roots = words.map(({ token }) => rootOf(token));
    const spans = [];
    for (let length = Math.min(LONGEST, words.length); length > 0; length -= 1) {
      for (let start = 0; start + length <= words.length; start += 1) {
        const found = table.get(roots.slice(start, start + length).join(" "));
        if (found !== undefined) spans.push({ start, end: start + length, found });
      }
    }
    return spans;
  }
}

/** @param {string[]} tokens */
function rootsOf(tokens) {
  return tokens.map(rootOf).join(" ");
}
