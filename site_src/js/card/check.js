/**
 * Checks a dataset card against the dataset specification: the ledger of `card check`, in the browser. The rules are those
 * of `otdi_site/trust/`; a test compares the two on every card of the corpus. The card alone is looked at: what a host
 * says of the dataset, and the licences of other datasets, are not known here.
 *
 * @typedef {import("./reader.js").Card} Card
 * @typedef {import("./licenses.js").License} License
 *
 * @typedef {object} Check
 * @property {string} rule
 * @property {string} [key]
 * @property {string[]} [headings]
 * @property {string[]} [labels]
 * @property {boolean} [introduction]
 * @property {boolean} [allow_empty]
 * @property {string[]} [values]
 * @property {Check[]} [rules]
 *
 * @typedef {object} Requirement
 * @property {string} id
 * @property {string} title
 * @property {string} status
 * @property {string|null} applies
 * @property {string} fix
 * @property {Check} check
 *
 * @typedef {object} Specification
 * @property {string} version
 * @property {string[]} placeholders
 * @property {Requirement[]} requirements
 * @property {import("./licenses.js").Tables} licenses
 *
 * @typedef {"met"|"not met"|"unknown"|"does not apply"} State
 *
 * @typedef {object} Row
 * @property {string} id Of the requirement.
 * @property {string} title
 * @property {boolean} isRequired
 * @property {boolean} isForDerived
 * @property {State} state
 * @property {string} reason Why it is not met or unknown, half a sentence.
 * @property {{text: string, place: string, line: number|null}[]} evidence
 * @property {string} fix
 *
 * @typedef {object} Ledger
 * @property {string} version
 * @property {Row[]} rows In the order of the specification.
 * @property {Card["problems"]} problems Parts of the card that could not be read.
 */

import { Licenses, same } from "./licenses.js";
import { readCard } from "./reader.js";
import { Blanks, fold, inWords, quote, squeeze } from "./text.js";

const TIME = "(?:[T ]\\d\\d(?::?\\d\\d){0,2}(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d(?::?\\d\\d)?)?)?";
const DATE = new RegExp(`(?<![\\d-])\\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\\d|3[01])${TIME})?)?(?![\\d-])`, "g");
const DAY = /\d{4}-\d\d-\d\d/;
const OPEN_INTERVAL = /(?<!\d)\d{4}(?:-\d\d){0,2}\s{0,3}(?:\/|–|—|\bto\b|\buntil\b)\s{0,3}(?:\.\.|present\b|ongoing\b|now\b)/i;
const UUID = /\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/i;
const ISCC = /\bISCC:[A-Z2-7]{10,120}\b/i;
const OPTIONAL = /[([]?\b(?:optional|required|recommended)\b[)\]]?/gi;
const LEADING_NUMBER = /^\d{1,3}(?:\.\d{1,3}){0,3}[.)]?\s+/;
const LABELLED = /^[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)(.{1,100}?)(?:\*\*|__)[ \t]*:?(.*)$/gm;
const ORIGINAL = new Set(["original", "none", "n/a", "na"]);

/** @typedef {{state: State, reason: string, evidence: Row["evidence"]}} Verdict */

/** @param {State} state @param {string} reason @param {Row["evidence"]} evidence @returns {Verdict} */
function verdict(state, reason = "", evidence = []) {
  return { state, reason, evidence };
}

/** @param {Uint8Array} content @param {Specification} specification @returns {Ledger} */
export function checkCard(content, specification) {
  const card = readCard(content);
  const rules = new Rules(card, specification);
  const rows = specification.requirements.map((requirement) => ({
    id: requirement.id,
    title: requirement.title,
    isRequired: ["required", "disallowed"].includes(requirement.status),
    isForDerived: requirement.applies === "derived",
    ...rules.judge(requirement),
    fix: requirement.fix,
  }));
  return { version: specification.version, rows, problems: card.problems };
}

/** @param {string} heading */
function headingKey(heading) {
  return squeeze(heading.replace(LEADING_NUMBER, "").replace(OPTIONAL, " "));
}

class Rules {
  /** @param {Card} card @param {Specification} specification */
  constructor(card, specification) {
    this.card = card;
    this.blanks = new Blanks(specification.placeholders);
    this.licenses = new Licenses(specification.licenses);
    /** @type {Map<string, import("./reader.js").Section[]>} */
    this.sections = new Map();
    /** @type {Map<string, {text: string, line: number}[]>} */
    this.labels = new Map();
    for (const section of card.sections) {
      if (section.level) append(this.sections, headingKey(section.heading), section);
      if (!/\*\*|__/.test(section.ownText)) continue;
      for (const match of section.ownText.slice(0, 20_000).matchAll(LABELLED)) {
        const line = section.textLine + section.ownText.slice(0, match.index).split("\n").length - 1;
        append(this.labels, headingKey(match[1]), { text: match[2], line });
      }
    }
  }

  /** @param {Requirement} requirement @returns {Verdict} */
  judge(requirement) {
    if (requirement.applies) {
      const applies = this.#applies(requirement.applies);
      if (applies === null) return this.#blockProblem() ?? verdict("unknown");
      if (!applies) return verdict("does not apply");
    }
    return this.#rule(requirement.check);
  }

  /** @param {Check} check @returns {Verdict} */
  #rule(check) {
    switch (check.rule) {
      case "field":
        return this.#field(check);
      case "no_field":
        return this.#noField(check);
      case "section":
        return this.#section(check, () => true, "");
      case "date":
        return this.#section(check, (text) => DAY.test(text), "no day in ISO 8601 is given, such as 2026-03-31");
      case "interval":
        return this.#section(
          check,
          (text) => (text.slice(0, 2_000).match(DATE)?.length ?? 0) >= 2 || OPEN_INTERVAL.test(text),
          "no interval in ISO 8601 is given, such as 2024-01-01/2025-06-30",
        );
      case "identifier":
        return this.#section(check, (text) => UUID.test(text) || ISCC.test(text), "it is neither a UUID nor an ISCC code");
      case "any_of": {
        const order = ["met", "unknown", "not met", "does not apply"];
        const verdicts = (check.rules ?? []).map((each) => this.#rule(each));
        return verdicts.reduce((best, each) => (order.indexOf(each.state) < order.indexOf(best.state) ? each : best));
      }
      case "accepted_license":
        return this.#acceptedLicense();
      case "compatible_license":
        return this.#compatibleLicense();
      case "differs_from_sources":
        return this.#field({ rule: "field", key: check.key });
      case "open_access":
        return verdict("does not apply");
      default:
        return verdict("unknown", `this page does not know the rule ${check.rule}`);
    }
  }

  /** @param {string} condition */
  #applies(condition) {
    if (condition === "derived") {
      const sources = this.#sourceNames();
      return sources === null ? null : sources.length > 0;
    }
    if (!this.card.isBlockReadable) return null;
    const stated = this.card.fields.get("license");
    const words = (Array.isArray(stated) ? stated : [stated]).map((each) => inWords(each).toLowerCase());
    return words.some((word) => word === "other" || word.startsWith("licenseref-"));
  }

  /** @param {string} text @param {number|undefined} line @param {string} field */
  #evidence(text, line, field = "") {
    const place = [field, line ? `line ${line}` : ""].filter(Boolean).join(", ");
    return { text, place, line: line ?? null };
  }

  /** @param {string} key */
  #fieldEvidence(key) {
    return this.#evidence(quote(this.card.fields.get(key)), this.card.lines.get(key), key);
  }

  #blockProblem() {
    if (!this.card.isBlockReadable) {
      const problem = this.card.problems.find((each) => each.code !== "OTD261");
      return verdict("unknown", `the YAML block of its card cannot be read${problem?.line ? ` (line ${problem.line})` : ""}`);
    }
    return this.card.hasBlock ? null : verdict("not met", "the card has no YAML block");
  }

  /** @param {Check} check @returns {Verdict} */
  #field(check) {
    const { card } = this;
    const key = check.key ?? "";
    const problem = this.#blockProblem();
    if (problem) return problem;
    if (!card.fields.has(key)) return verdict("not met", `the YAML block has no field ${key}`);
    const value = card.fields.get(key);
    const evidence = [this.#fieldEvidence(key)];
    if (check.allow_empty && Array.isArray(value) && value.length === 0) return verdict("met", "", evidence);
    if (this.blanks.isBlank(value)) {
      const isBroken = card.problems.some((each) => each.line === card.lines.get(key));
      return isBroken ? verdict("unknown", `the value of ${key} cannot be read`, evidence) : verdict("not met", `${key} is not filled in`, evidence);
    }
    if (check.values?.length) {
      const wanted = new Set(check.values.map(fold));
      const strange = (Array.isArray(value) ? value : [value]).find((each) => !wanted.has(fold(inWords(each))));
      if (strange !== undefined) return verdict("not met", `${quote(strange)} is none of the values of ${key}`, evidence);
    }
    return verdict("met", "", evidence);
  }

  /** @param {Check} check @returns {Verdict} */
  #noField(check) {
    const key = check.key ?? "";
    if (!this.card.isBlockReadable) return this.#blockProblem() ?? verdict("unknown");
    if (!this.card.fields.has(key)) return verdict("met");
    return verdict("not met", `the YAML block has the field ${key}`, [this.#fieldEvidence(key)]);
  }

  /** @param {Check} check */
  *#answers(check) {
    for (const heading of check.headings ?? []) yield* this.sections.get(headingKey(heading)) ?? [];
    for (const label of check.labels ?? []) yield* this.labels.get(headingKey(label)) ?? [];
    const first = check.introduction ? this.card.sections.find((section) => section.level === 1) : undefined;
    if (first) yield { text: first.ownText, line: first.textLine };
  }

  /** @param {Check} check @param {(text: string) => boolean} isRight @param {string} reason @returns {Verdict} */
  #section(check, isRight, reason) {
    /** @type {{text: string, line: number}|null} */
    let blank = null;
    for (const answer of this.#answers(check)) {
      const text = this.blanks.clean(answer.text);
      if (text) {
        const evidence = [this.#evidence(quote(text), answer.line)];
        return isRight(text) ? verdict("met", "", evidence) : verdict("not met", reason, evidence);
      }
      blank ??= answer;
    }
    const name = (check.headings?.length ? check.headings : check.labels)?.[0];
    if (blank) return verdict("not met", `the section “${name}” is not filled in`, [this.#evidence(quote(blank.text) || "(empty)", blank.line)]);
    if (!this.card.isTextReadable) return verdict("unknown", "its card cannot be read as a whole");
    return verdict("not met", `the card has no section “${check.headings?.[0]}”`);
  }

  /** @returns {{license: License, evidence: Row["evidence"][0]}[]} */
  #licensesStated() {
    const { fields } = this.card;
    const value = fields.get("license");
    if (this.blanks.isBlank(value)) return [];
    const name = fields.get("license_name");
    const link = fields.get("license_link");
    const words = (Array.isArray(value) ? value : [value]).map(inWords);
    const found = this.licenses.read(words, isStated(name) && !this.blanks.isBlank(name) ? inWords(name) : null, isStated(link) ? inWords(link) : null);
    if (!found) return [];
    const stated = [{ license: found, evidence: this.#fieldEvidence("license") }];
    const named = isStated(name) ? this.licenses.resolve(inWords(name)) : null;
    if (named && !same(named, found)) stated.push({ license: named, evidence: this.#fieldEvidence("license_name") });
    return stated;
  }

  #withoutLicense() {
    return this.card.isBlockReadable ? verdict("not met", "no licence is stated") : verdict("unknown", "its card has not been read");
  }

  /** @returns {Verdict} */
  #acceptedLicense() {
    const stated = this.#licensesStated();
    if (!stated.length) return this.#withoutLicense();
    const evidence = stated.map((each) => each.evidence);
    const names = [...new Set(stated.map((each) => each.license.id))];
    if (names.length > 1) return verdict("not met", `its sources name different licences: ${names.join(", ")}`, evidence);
    const [{ license }] = stated;
    if (license.isAccepted) return verdict("met", "", evidence);
    return verdict("not met", `${quote(license.title)} is not among the licences that are accepted`, evidence);
  }

  /** @returns {Verdict} */
  #compatibleLicense() {
    const [stated] = this.#licensesStated();
    if (!stated) return this.#withoutLicense();
    const unclear = (this.#sourceNames() ?? []).slice(0, 200);
    if (!unclear.length) return verdict("met", "", [stated.evidence]);
    return verdict("unknown", `nothing is known here of the licence of ${quote(unclear)}`, [stated.evidence]);
  }

  /** The datasets that it was made from; `null` where that cannot be read. @returns {string[]|null} */
  #sourceNames() {
    if (!this.card.isBlockReadable) return null;
    const value = this.card.fields.get("source_datasets");
    const words = Array.isArray(value) ? value : isStated(value) ? [value] : [];
    const names = words.filter((each) => !this.blanks.isBlank(each)).map(inWords);
    return names.filter((name) => !ORIGINAL.has(fold(name)));
  }
}

/** Whether a value counts as one in Python. @param {unknown} value */
function isStated(value) {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return value !== undefined && value !== null && value !== "" && value !== false && value !== 0n;
}

/** @template T @param {Map<string, T[]>} map @param {string} key @param {T} value */
function append(map, key, value) {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

