/**
 * Reads the YAML block of a card with the lines of its values. Scalars are resolved as YAML 1.1 does, by the patterns of
 * PyYAML, so that the site and `card check` read one card alike.
 */

import { isSafe } from "./text.js";
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from "../vendor/yaml.js";

const MOST_LEVELS = 40;
const MOST_VALUES = 200_000;
const ODD_BREAK = /[\x85\u2028\u2029]/g;
const TAG = "tag:yaml.org,2002:";
/** @type {[string, RegExp][]} */
const KINDS = [
  ["bool", /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/],
  ["float", /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/],
  ["int", /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/],
  ["null", /^(?:~|null|Null|NULL|)$/],
  ["timestamp", /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)$/],
];

/**
 * @typedef {object} Block
 * @property {unknown} value Maps, arrays, texts, numbers, truth values and null.
 * @property {Map<string, number>} lines Lines of values by their path; those of fields are those of their names.
 * @property {{code: string, line: number, message: string}[]} problems
 */

class Unreadable extends Error {
  /** @param {string} code @param {number} line @param {string} message */
  constructor(code, line, message) {
    super(message);
    this.code = code;
    this.line = line;
  }
}

/** @param {string} text @param {number} firstLine @returns {Block} */
export function readBlock(text, firstLine) {
  const counter = new LineCounter();
  const document = /** @type {any} */ (parseDocument(text.replace(ODD_BREAK, " "), {
    version: "1.1",
    schema: "failsafe",
    uniqueKeys: false,
    strict: true,
    prettyErrors: false,
    logLevel: "silent",
    lineCounter: counter,
  }));
  const reader = new Reader(document, (offset) => counter.linePos(offset).line - 1 + firstLine);
  // libyaml, which hosts and `card check` use, takes a "#" right after a bracket for a comment.
  const error = document.errors.find((/** @type {any} */ each) => !each.message.startsWith("Comments must be separated"));
  if (error) return unreadable("OTD003", reader.lineAt(error.pos[0]), error.message);
  if (document.contents === null) return { value: null, lines: new Map(), problems: [] };
  try {
    const value = reader.read(document.contents, "", 0);
    return { value, lines: new Map([...reader.lines, ...reader.keyLines]), problems: reader.problems };
  } catch (problem) {
    if (problem instanceof Unreadable) return unreadable(problem.code, problem.line, problem.message);
    throw problem;
  }
}

/** @param {string} code @param {number} line @param {string} message @returns {Block} */
function unreadable(code, line, message) {
  return { value: null, lines: new Map(), problems: [{ code, line, message }] };
}

class Reader {
  /** @param {any} document @param {(offset: number) => number} lineAt */
  constructor(document, lineAt) {
    this.document = document;
    this.lineAt = lineAt;
    this.count = 0;
    /** @type {Map<string, number>} */
    this.lines = new Map();
    /** @type {Map<string, number>} */
    this.keyLines = new Map();
    /** @type {Block["problems"]} */
    this.problems = [];
  }

  /** @param {any} node @param {string} path @param {number} depth @returns {unknown} */
  read(node, path, depth) {
    this.count += 1 + Math.floor(path.length / 64);
    const line = this.lineAt(node?.range?.[0] ?? 0);
    if (depth > MOST_LEVELS) throw new Unreadable("OTD005", line, `is nested deeper than ${MOST_LEVELS} levels`);
    if (this.count > MOST_VALUES) throw new Unreadable("OTD005", line, `has more than ${MOST_VALUES} values`);
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target === undefined) throw new Unreadable("OTD003", line, "there is no value with this name to repeat");
      return this.read(target, path, depth);
    }
    this.lines.set(path, line);
    if (node.tag && !this.isKnown(node)) {
      this.problems.push({ code: "OTD003", line, message: `${node.tag} is no kind of value used here` });
      return null;
    }
    if (isMap(node)) return this.readMap(node, path, depth);
    if (isSeq(node)) return node.items.map((/** @type {any} */ item, /** @type {number} */ place) => this.read(item, `${path}[${place}]`, depth + 1));
    return isScalar(node) ? this.readScalar(node, line) : null;
  }

  /** @param {any} node */
  isKnown(node) {
    const name = node.tag.startsWith(TAG) ? node.tag.slice(TAG.length) : node.tag;
    return ["str", "value", "int", "float", "bool", "null", "timestamp", "map", "seq", "!"].includes(name);
  }

  /** @param {any} node @param {string} path @param {number} depth */
  readMap(node, path, depth) {
    /** @type {Map<string, unknown>} */
    const found = new Map();
    for (const { key, value } of node.items) {
      const line = this.lineAt(key?.range?.[0] ?? node.range[0]);
      const name = isScalar(key) ? String(key.value ?? "") : "";
      if (key === null || (isScalar(key) && key.type === "PLAIN" && !name)) {
        throw new Unreadable("OTD003", line, "the name of a field is missing here");
      }
      if (!isScalar(key) || name === "<<") {
        this.problems.push({ code: "OTD003", line, message: "the name of a field must be plain text" });
      } else if (!isSafe(name)) {
        this.problems.push({ code: "OTD455", line, message: "the name of a field holds a character that nobody sees" });
      } else if (found.has(name)) {
        this.problems.push({ code: "OTD004", line, message: `“${name}” is given twice` });
      } else {
        const place = path ? `${path}.${name}` : name;
        this.keyLines.set(place, line);
        found.set(name, value === null ? null : this.read(value, place, depth + 1));
        if (value === null) this.lines.set(place, line);
      }
    }
    return found;
  }

  /** @param {any} node @param {number} line */
  readScalar(node, line) {
    const text = String(node.value ?? "");
    const tag = node.tag?.startsWith(TAG) ? node.tag.slice(TAG.length) : "";
    const kind = tag || (node.type === "PLAIN" || node.type === undefined ? KINDS.find(([, pattern]) => pattern.test(text))?.[0] : "str");
    if ((!kind || kind === "str" || kind === "value") && !isSafe(text)) {
      this.problems.push({ code: "OTD455", line, message: "holds a character that nobody sees" });
      return null;
    }
    const value = kind && kind !== "str" && kind !== "value" ? resolve(kind, text) : text;
    if (value === undefined) {
      this.problems.push({ code: "OTD003", line, message: `“${text.slice(0, 60)}” is no value that can be used here` });
      return null;
    }
    return value;
  }
}

/** The value of a scalar of a kind; `undefined` where it has none. @param {string} kind @param {string} text */
function resolve(kind, text) {
  if (kind === "null") return null;
  if (kind === "bool") return /^(?:yes|no|true|false|on|off)$/i.test(text) ? /^(?:yes|true|on)$/i.test(text) : undefined;
  if (kind === "timestamp") return readDate(text);
  const sign = text.startsWith("-") ? -1 : 1;
  const digits = text.replace(/^[-+]/, "").replaceAll("_", "");
  if (kind === "float") {
    if (/^\.inf$/i.test(digits)) return sign * Infinity;
    if (/^\.nan$/i.test(digits)) return NaN;
    return digits.includes(":") ? sign * sexagesimal(digits) : new Float(sign * Number(digits));
  }
  if (digits.includes(":")) return sign * sexagesimal(digits);
  const found = /^0b/.test(digits) ? BigInt(digits) : /^0x/i.test(digits) ? BigInt(digits) : /^0[0-7]/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : /^[0-9]+$/.test(digits) ? BigInt(digits) : undefined;
  return found === undefined || found >= 1n << 64n ? undefined : (sign < 0 ? -found : found);
}

/** A number with a point, which shows it. */
class Float {
  /** @param {number} value */
  constructor(value) {
    this.value = value;
  }

  toString() {
    return Number.isInteger(this.value) && Math.abs(this.value) < 1e16 ? `${this.value}.0` : String(this.value);
  }
}

/** @param {string} digits */
function sexagesimal(digits) {
  return digits.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** A date or a time, as Python writes it; `undefined` for one that no calendar has. @param {string} text */
function readDate(text) {
  const match = /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|[-+]\d\d?(?::\d\d)?))?)?$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(year) === 0 || Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > days) return undefined;
  const date = [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
  if (hour === undefined) return date;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const micro = (fraction ?? "").slice(0, 6).padEnd(6, "0");
  const offset = zone === undefined ? "" : zone === "Z" ? "+00:00" : zone.replace(/^([-+])(\d)(?=:|$)/, "$10$2").replace(/^([-+]\d\d)$/, "$1:00");
  return `${date} ${hour.padStart(2, "0")}:${minute}:${second}${Number(micro) ? `.${micro}` : ""}${offset}`;
}
