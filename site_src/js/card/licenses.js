/**
 * Resolves licences, as cards write them, to the vocabulary and to SPDX ids and expressions, by tables that the build
 * wrote from `otdi_site/model/licenses.py` and the SPDX list.
 *
 * @typedef {object} License
 * @property {string} id
 * @property {string} title
 * @property {boolean} isAccepted
 * @property {string|null} category
 *
 * @typedef {object} Tables
 * @property {Record<string, License>} terms By id.
 * @property {Record<string, string[]>} words Ids of terms by what means them, in lower case.
 * @property {Record<string, string[]>} alike Ids of terms by the words of their names.
 * @property {Record<string, string[]>} addresses Ids of terms by address, without scheme and ending.
 * @property {string[]} emptyWords Words of names that do not count.
 * @property {Record<string, [string, string|null, boolean]>} spdx By id or alias in lower case: id, category, and
 *   whether it is an exception.
 */

import { fold, withoutEnd } from "./text.js";

const CATALOGS = new Set(["choosealicense.com", "spdx.org", "opensource.org", "scancode-licensedb.aboutcode.org"]);
const CREATIVE_COMMONS = /^\/(licenses|publicdomain)\/([a-z-]+)\/(\d\.\d)(?:\/.*)?$/;
const IS_ADDRESS = /^https?:\/\//i;
const IS_EXPRESSION = /^[A-Za-z0-9 .+():-]+$/;
const IS_NAME = /^[\p{L}\p{N}\p{M}_\s.,:;&'"()/-]+$/u;
const STRICTNESS = ["public-domain", "permissive", "copyleft", "restricted", "non-commercial", "no-derivatives"];
const VISIBLE = /[^\s\p{C}\u115f\u1160\u2800\u3164\uffa0]/u;

/** @typedef {{symbol: string}|{operator: "AND"|"OR"|"WITH", parts: Expression[]}} Expression */

export class Licenses {
  /** @param {Tables} tables */
  constructor(tables) {
    this.tables = tables;
  }

  /** The licence that a card states; `null` where it states none. @param {string[]} words @param {string|null} name @param {string|null} link */
  read(words, name, link) {
    name = name && VISIBLE.test(name) ? name : null;
    const found = words.filter((word) => VISIBLE.test(word)).map((word) => this.#readWord(word, name, link));
    if (found.every((license) => same(license, found[0]))) return found[0] ?? null;
    const titles = found.map((license) => (license.id.startsWith("LicenseRef-") ? license.title : license.id));
    return this.#unknown(titles.join(", "));
  }

  /** @param {string} word @param {string|null} name @param {string|null} link */
  #readWord(word, name, link) {
    if (word.toLowerCase() !== "other") return this.resolve(word) ?? this.#unknown(word);
    const linked = link && IS_ADDRESS.test(link) ? this.resolve(link) : null;
    if (name === null) return linked ?? this.resolve(word) ?? this.#unknown(word);
    const named = this.resolve(name);
    if (named === null || (linked !== null && !same(linked, named))) {
      return this.#unknown(name + (named && linked ? ` (its link leads to ${linked.id})` : ""));
    }
    return named;
  }

  /** @param {string} title @returns {License} */
  #unknown(title) {
    return { id: `LicenseRef-${slug(title)}`, title, isAccepted: false, category: null };
  }

  /** The licence of one id, name, address or expression. @param {string} written @returns {License|null} */
  resolve(written) {
    if (IS_ADDRESS.test(written)) {
      const ways = [...identifiersIn(written)];
      const meant = ways.map((way) => this.#meaning(way)).find((each) => each.length) ?? [];
      const terms = this.#at(written) ?? meant;
      if (terms.length === 1) return terms[0];
      return ways.map((way) => this.#resolveId(way)).find(Boolean) ?? null;
    }
    let terms = this.#meaning(written);
    if (!terms.length) {
      const found = this.#resolveExpression(written);
      if (found) return found;
      terms = IS_NAME.test(written) ? this.#terms(this.tables.alike[this.#simplify(written.slice(0, 200))]) : [];
    }
    return terms.length === 1 ? terms[0] : null;
  }

  /** @param {string[]|undefined} ids @returns {License[]} */
  #terms(ids) {
    return [...new Set(ids ?? [])].map((id) => this.tables.terms[id]);
  }

  /** @param {string} word */
  #meaning(word) {
    return this.#terms(this.tables.words[fold(word)]);
  }

  /** @param {string} address */
  #at(address) {
    const bare = withoutEnd(address.toLowerCase().replace(/^https?:\/\//, "").replace(/^www\./, ""), "/");
    const found = this.tables.addresses[bare.replace(/\.html$/, "").replace(/\.txt$/, "").replace(/\/legalcode$/, "").replace(/\/deed\.en$/, "").replace(/\/deed$/, "")];
    return found ? this.#terms(found) : null;
  }

  /** @param {string} name */
  #simplify(name) {
    const parts = fold(name.normalize("NFKC")).match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
    const kept = parts.filter((part) => !this.tables.emptyWords.includes(part));
    return (kept.length ? kept : parts).map((part) => part.replace(/^v(?=[0-9])/, "")).join(" ");
  }

  /** A licence of the SPDX list that the vocabulary does not have. @param {string} written @returns {License|null} */
  #resolveId(written) {
    const found = this.tables.spdx[written.toLowerCase().trim()];
    if (!found || found[2]) return null;
    return { id: found[0], title: found[0], isAccepted: false, category: found[1] };
  }

  /** @param {string} written @returns {License|null} */
  #resolveExpression(written) {
    const parsed = this.#parse(written);
    if (!parsed) return null;
    if ("symbol" in parsed) {
      const terms = this.#meaning(parsed.symbol);
      return terms.length === 1 ? terms[0] : this.#resolveId(parsed.symbol);
    }
    const text = render(parsed);
    const [isAccepted, category] = this.#judge(parsed);
    return { id: `LicenseRef-${slug(text)}`, title: text, isAccepted, category };
  }

  /** The expression of known ids alone. @param {string} written @returns {Expression|null} */
  #parse(written) {
    if (written.length > 200 || !IS_EXPRESSION.test(written)) return null;
    const alias = this.tables.spdx[written.toLowerCase().trim()];
    if (alias) return { symbol: alias[0] };
    const tokens = written.match(/[()]|[^\s()]+/g) ?? [];
    let at = 0;
    /** @returns {Expression|null} */
    const atom = () => {
      const token = tokens[at++];
      if (token === "(") {
        const inner = any();
        return tokens[at++] === ")" ? inner : null;
      }
      const found = token && this.tables.spdx[token.toLowerCase()];
      return found ? { symbol: found[0] } : null;
    };
    /** @param {"AND"|"OR"|"WITH"} operator @param {() => Expression|null} next @returns {Expression|null} */
    const chain = (operator, next) => {
      const parts = [next()];
      while (tokens[at]?.toUpperCase() === operator) {
        at++;
        parts.push(next());
      }
      if (parts.includes(null)) return null;
      const known = /** @type {Expression[]} */ (parts);
      return known.length === 1 ? known[0] : { operator, parts: known };
    };
    const withException = () => chain("WITH", atom);
    const all = () => chain("AND", withException);
    const any = () => chain("OR", all);
    const parsed = any();
    return at === tokens.length ? parsed : null;
  }

  /** Whether an expression is accepted, and its category. @param {Expression} parsed @returns {[boolean, string|null]} */
  #judge(parsed) {
    if ("symbol" in parsed || parsed.operator === "WITH") {
      const symbol = "symbol" in parsed ? parsed.symbol : /** @type {{symbol: string}} */ (parsed.parts[0]).symbol;
      const license = this.#meaning(symbol)[0] ?? this.#resolveId(symbol);
      return license ? [license.isAccepted, license.category] : [false, null];
    }
    const parts = parsed.parts.map((part) => this.#judge(part));
    const known = parts.flatMap(([, category]) => (category ? [category] : [])).sort((a, b) => STRICTNESS.indexOf(a) - STRICTNESS.indexOf(b));
    if (parsed.operator === "OR") return [parts.some(([accepted]) => accepted), known[0] ?? null];
    return [parts.every(([accepted]) => accepted), known.length === parts.length ? (known.at(-1) ?? null) : null];
  }
}

/** @param {License|undefined} one @param {License|undefined} other */
export function same(one, other) {
  return one?.id === other?.id && one?.title === other?.title;
}

/** @param {Expression} parsed @returns {string} */
function render(parsed) {
  if ("symbol" in parsed) return parsed.symbol;
  const parts = parsed.parts.map((part) => ("symbol" in part || part.operator === "WITH" ? render(part) : `(${render(part)})`));
  return parts.join(` ${parsed.operator} `);
}

/** @param {string} address */
function* identifiersIn(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return;
  }
  const host = url.hostname.replace(/^www\./, "");
  const match = host === "creativecommons.org" ? CREATIVE_COMMONS.exec(url.pathname.toLowerCase()) : null;
  if (match) {
    const [, kind, name, version] = match;
    if (kind === "licenses") yield `cc-${name}-${version}`;
    else if (name === "zero") yield `cc0-${version}`;
  } else if (CATALOGS.has(host)) {
    yield withoutEnd(url.pathname, "/").split("/").at(-1)?.replace(/\.(?:html?|json|txt|php)$/, "") ?? "";
  }
}

/** @param {string} text */
function slug(text) {
  const letters = text.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase();
  return letters.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 100).replace(/^-+|-+$/g, "") || "other";
}
