/**
 * Writes what is sent: the mail, the issue and the catalogue entry of a contribution. No page is needed.
 *
 * @typedef {import("./answers.js").Field} Field
 * @typedef {import("./answers.js").Answers} Answers
 */

import { languageCodes, noAnswer, tidy } from "./answers.js";

/** Characters of a link that mail programs open: Outlook on Windows takes no more than 2,083. */
export const MAIL_LIMIT = 2_000;
/** Pages of a dataset without an owner, whose second part is no name. */
const HUB_PAGES = new Set(["blob", "commits", "discussions", "raw", "resolve", "tree", "viewer"]);
/** Characters of a link that GitHub answers. */
export const WEB_LIMIT = 8_000;

/** The answer as mail and issue say it. @param {Field} field @param {Answers} answers */
export function inWords(field, answers) {
  const answer = answers.get(field.id) ?? noAnswer();
  if (field.type === "yes_no" || field.type === "agreement") {
    return answer.chosen.length ? (answer.chosen[0] === "yes" ? "Yes" : "No") : "";
  }
  if (field.type === "languages") return languageCodes(answer.text).join(", ");
  const words = answer.chosen.map((id) => field.titles.get(id) ?? id);
  const suggestion = tidy(answer.suggestion);
  if (suggestion) words.push(`${suggestion} (my suggestion)`);
  return words.join(", ") || tidy(answer.text);
}

/**
 * The mail: the lines that the site asks for, answered, then the other fields.
 *
 * @param {Field[]} fields
 * @param {Answers} answers
 * @param {string[]} body The lines of the site's mail.
 * @param {string} link A mailto link with address and subject.
 * @param {string} summary What the check of the card found; empty where it was not checked.
 */
export function composeMail(fields, answers, body, link, summary = "") {
  const byLine = new Map(fields.filter((field) => field.line).map((field) => [field.line, field]));
  const lines = body.map((line) => {
    const field = byLine.get(line.trim());
    const words = field ? inWords(field, answers) : "";
    return words ? `${asked(line)} ${words}` : line;
  });
  const others = fields.filter((field) => !field.line);
  const more = others.flatMap((field) => {
    const words = inWords(field, answers);
    if (!words) return [];
    return [field.type === "card" ? `${field.label}: ${words} (attached)` : `${field.label}: ${words}`];
  });
  if (more.length) lines.push("", ...more);
  if (summary) lines.push("", ...summary.split("\n"));
  const href = `${link}${link.includes("?") ? "&" : "?"}body=${lines.map(encodeURIComponent).join("%0D%0A")}`;
  return { text: `${lines.join("\n")}\n`, href, isTooLong: href.length > MAIL_LIMIT };
}

/** A line of the mail without the words to choose from. @param {string} line */
function asked(line) {
  return line.replace(/(:)\s*\p{L}+(?:\s*\/\s*\p{L}+)+\s*$/u, "$1").trimEnd();
}

/**
 * The issue, in the form that GitHub's own issue forms have. It is public, so that it names no e-mail address.
 *
 * @param {Field[]} fields
 * @param {Answers} answers
 * @param {string} subject
 * @param {string|undefined} repository
 * @param {string} summary
 */
export function composeIssue(fields, answers, subject, repository, summary = "") {
  const shown = fields.filter((field) => field.type !== "email");
  const parts = shown.map((field) => `### ${field.label}\n\n${plain(inWords(field, answers)) || "_No response_"}\n`);
  if (summary) parts.push(`### Card check\n\n${summary.split("\n").map(plain).join("\n")}\n`);
  const title = `${subject}: ${titleOf(fields, answers)}`;
  const text = parts.join("\n");
  const href = `${repository}/issues/new?title=${encodeURIComponent(title)}&body=${encodeURIComponent(text)}`;
  return { title, text, href: repository ? href : "", isTooLong: href.length > WEB_LIMIT };
}

/** Text that Markdown leaves as it is. @param {string} text */
function plain(text) {
  const escaped = text.replace(/[\\`*_[\]<>#@|~]/g, "\\$&");
  return escaped.replace(/^[-+=](?=[\s=-])/, "\\$&").replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}

/**
 * The entry of the catalogue, and its place.
 *
 * @param {Field[]} fields
 * @param {Answers} answers
 * @param {{url: string, branch: string}|null} repository
 */
export function composeEntry(fields, answers, repository) {
  const lines = ["# Written by the form of the site, from the contributor's own answers. Nobody has reviewed it yet."];
  const missing = [];
  let publisher = "";
  let name = slug(titleOf(fields, answers));
  for (const field of fields) {
    const answer = answers.get(field.id) ?? noAnswer();
    const suggestion = tidy(answer.suggestion);
    if (field.entry) {
      const value = valueOf(field, answer);
      if (value) lines.push(`${field.entry}: ${value}`);
      else missing.push(field.label);
      if (field.entry === "url") {
        const place = placeOf(tidy(answer.text));
        publisher = slug(place.publisher);
        if (place.hubId) {
          lines.push(`huggingface: ${quoted(place.hubId)}`);
          name = slug(place.hubId.split("/")[1]);
        }
      }
    } else if (field.type !== "email" && field.type !== "card") {
      const said = answer.chosen.join(", ") || tidy(answer.text);
      if (said) lines.push(`# ${field.label}: ${quoted(said)}`);
    }
    if (suggestion) lines.push(`# ${field.label}, suggested by the contributor: ${quoted(suggestion)}`);
  }
  const named = (/** @type {string} */ entry) => {
    const field = fields.find((each) => each.entry === entry);
    return field ? tidy((answers.get(field.id) ?? noAnswer()).text) : "";
  };
  if (named("publisher")) publisher = slug(named("publisher"));
  if (named("name")) name = slug(named("name"));
  lines.push("state: proposed");
  if (missing.length) lines.push(`# Not stated: ${missing.join(", ")}`);
  const path = `catalog_data/datasets/${publisher || "unknown"}/${name}.yaml`;
  const text = `${lines.join("\n")}\n`;
  const query = `filename=${encodeURIComponent(path)}&value=${encodeURIComponent(text)}`;
  const href = repository ? `${repository.url}/new/${encodeURIComponent(repository.branch)}?${query}` : "";
  return { path, text, href, isTooLong: href.length > WEB_LIMIT };
}

/** @param {Field} field @param {import("./answers.js").Answer} answer */
function valueOf(field, answer) {
  if (field.type === "yes_no") {
    if (!answer.chosen.length || !field.values) return "";
    return quoted(field.values[answer.chosen[0] === "yes" ? 0 : 1]);
  }
  if (field.type === "languages") return list(languageCodes(answer.text));
  if (field.type === "choices") return list(answer.chosen);
  if (field.type === "choice") {
    if (!answer.chosen.length) return "";
    return field.isList ? list(answer.chosen) : quoted(answer.chosen[0]);
  }
  const text = tidy(answer.text);
  return text && quoted(text);
}

/** @param {string[]} values */
function list(values) {
  return values.length ? `[${values.map(quoted).join(", ")}]` : "";
}

/** A text as YAML writes it between double quotes, whatever it holds. @param {string} text */
export function quoted(text) {
  const escape = (/** @type {string} */ character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(/[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g, escape);
}

/** The publisher and, on the Hub, the dataset's id, as its address names them. @param {string} address */
export function placeOf(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return { publisher: "", hubId: "" };
  }
  const hub = /^\/datasets\/([\w.-]+)\/([\w.-]+)(?:\/|$)/.exec(url.pathname);
  if (/^(www\.)?(huggingface\.co|hf\.co)$/.test(url.hostname) && hub && !HUB_PAGES.has(hub[2])) {
    return { publisher: hub[1], hubId: `${hub[1]}/${hub[2]}` };
  }
  return { publisher: url.hostname.replace(/^www\./, ""), hubId: "" };
}

/** A text as part of an address. @param {string} text */
export function slug(text) {
  const letters = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return letters.replace(/[^a-z0-9_.-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 90) || "dataset";
}

/** @param {Field[]} fields @param {Answers} answers */
function titleOf(fields, answers) {
  const field = fields.find((each) => each.entry === "title");
  return field ? inWords(field, answers) : "";
}
