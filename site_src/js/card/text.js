/**
 * Texts of cards: comparison without case and marks, blanks, and quotations. The rules are those of the Python package
 * (`otdi_site/trust/blanks.py`, `quotes.py`, `otdi_site/characters.py`); tests hold the two against each other.
 */

const LONGEST = 20_000;
const QUOTED_LENGTH = 160;
const EXPRESSION = /\{\{[^{}]*\}\}|\{%[^{}%]*%\}|\$\{[^{}]*\}/g;
const LABEL = /\*\*[^*\n]{1,80}\*\*:?/g;
const MARKS = /[\s\[\](){}<>*_`~|:;,.!?#=+\-–—…"'«»“”]+/g;
const BREAKS = /(?<=[.!?;|])\s|\s[-–—*]\s/;
const NOTHING = new Set(
  (
    "na nad tbd tba tbc wip xxx todo fixme null pending undefined placeholder notapplicable notavailable comingsoon " +
    "workinprogress loremipsum seeabove writehere tobedetermined tobeannounced tobeadded tobefilled tobefilledin " +
    "tobecompleted tobedone tobedefined fillme fillin fillthisin addyourtexthere emptyforthetimebeing " +
    "moreinformationneeded moreinformationoptional moreinformationcomingsoon moreinfoneeded needsmoreinformation"
  ).split(" "),
);
const LIST_MARK = /^\s{0,3}[-*+] +(?=\S)/;
const REFUSED =
  "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\u200b\\u2028-\\u202e\\u2060-\\u2065\\u206a-\\u206f\\ufeff" +
  "\\ufff9-\\ufffb\\ufdd0-\\ufdef\\ufffe\\uffff\\u{e0000}-\\u{e007f}" +
  Array.from({ length: 16 }, (_, plane) => `\\u{${(plane + 1).toString(16)}fffe}\\u{${(plane + 1).toString(16)}ffff}`).join("");
const FLAG = "\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{3,6}\\u{e007f}";
const UNSAFE = new RegExp(
  `(${FLAG}|(?<=[\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff])\\u200b)|[${REFUSED}]`,
  "gu",
);

/** Like Python's `str.casefold`, as far as cards need it. @param {string} text */
export function fold(text) {
  return text.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ").replaceAll("ſ", "s");
}

/** A text without case, spaces and marks, for comparison. @param {string} text */
export function squeeze(text) {
  return fold(text.normalize("NFKC")).replace(MARKS, "").replaceAll("/", "");
}

/** White space as single spaces, none at the ends. @param {string} text */
export function flat(text) {
  return text.split(/\s+/).filter(Boolean).join(" ");
}

/** Tells blanks: placeholders, text of a template, and words that say "nothing yet". */
export class Blanks {
  /** @param {string[]} placeholders */
  constructor(placeholders) {
    this.placeholders = [...new Set(placeholders.map((each) => flat(fold(each))))].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  }

  /** The text without placeholders, expressions and labels; empty where it is a blank. @param {string} text */
  clean(text) {
    text = flat(text.slice(0, LONGEST).replace(EXPRESSION, " ").replace(LABEL, " "));
    let folded = fold(text);
    for (const placeholder of this.placeholders) {
      if (folded.includes(placeholder)) text = folded = folded.replaceAll(placeholder, " ");
    }
    const left = flat(text.split(BREAKS).filter((part) => !NOTHING.has(squeeze(part))).join(" "));
    return squeeze(left) ? left : "";
  }

  /** Whether a value says nothing. @param {unknown} value @returns {boolean} */
  isBlank(value) {
    if (value === null || value === undefined) return true;
    if (typeof value === "string") return !this.clean(value);
    if (Array.isArray(value)) return value.slice(0, 1_000).every((each) => this.isBlank(each));
    return value instanceof Map && value.size === 0;
  }
}

/** The words of a value of the YAML block. @param {unknown} value @returns {string} */
export function inWords(value) {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.slice(0, 20).map(inWords).join(", ") || "[]";
  if (value instanceof Map) return [...value.keys()].slice(0, 20).join(", ") || "{}";
  return String(value);
}

/** A value as evidence quotes it: on one line, without characters that nobody sees. @param {unknown} value */
export function quote(value) {
  const words = Array.isArray(value)
    ? value.slice(0, 20).map((each) => take(inWords(each), QUOTED_LENGTH)).join(", ") || "[]"
    : inWords(value);
  return cut(withoutUnsafe(take(words, 10 * QUOTED_LENGTH).replace(LIST_MARK, "")), QUOTED_LENGTH);
}

/** The first characters of a text; halves of characters are not counted twice. @param {string} text @param {number} length */
function take(text, length) {
  return text.length <= length ? text : [...text.slice(0, 2 * length)].slice(0, length).join("");
}

/** Whether a text holds no character that nobody sees and that changes how others are read. @param {string} text */
export function isSafe(text) {
  return withoutUnsafe(text).length === text.length;
}

/** @param {string} text */
function withoutUnsafe(text) {
  const safe = text.replace(UNSAFE, (_, kept) => kept ?? "");
  return /[\u2066-\u2069]/.test(safe) ? safe.split("\n").map(balanced).join("\n") : safe;
}

/** A line without bidirectional isolates that have no end, and ends without an isolate. @param {string} line */
function balanced(line) {
  /** @type {number[]} */
  const opened = [];
  const dropped = new Set();
  for (const match of line.matchAll(/[\u2066-\u2069]/g)) {
    if (match[0] !== "\u2069") opened.push(match.index);
    else if (opened.pop() === undefined) dropped.add(match.index);
  }
  for (const place of opened) dropped.add(place);
  return [...Array(line.length).keys()].filter((place) => !dropped.has(place)).map((place) => line[place]).join("");
}

/** @param {string} text @param {number} length */
function cut(text, length) {
  const line = [...flat(text)];
  if (line.length <= length) return line.join("");
  const head = line.slice(0, length).join("");
  const space = head.lastIndexOf(" ");
  return `${withoutEnd(space > 0 ? head.slice(0, space) : head, " ,;:.–-")}…`;
}

/** @param {string} text @param {string} characters Those dropped at the end. */
export function withoutEnd(text, characters) {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1])) end--;
  return text.slice(0, end);
}
