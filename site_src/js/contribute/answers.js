/**
 * The answers to the form that offers a dataset: what a field asks, and what is wrong with an answer. No page is needed.
 *
 * @typedef {object} Field A field, as site.yaml describes it.
 * @property {string} id
 * @property {string} label
 * @property {"text"|"url"|"email"|"yes_no"|"choice"|"choices"|"languages"|"card"|"agreement"} type
 * @property {boolean} required
 * @property {string} line The line of the mail that it answers; empty where it has none.
 * @property {string} entry The field of the entry that it fills; empty where it fills none.
 * @property {boolean} isList Whether that field is a list.
 * @property {[string, string]|null} values For yes_no: what the entry says for yes, and for no.
 * @property {Map<string, string>} titles Of the terms that can be chosen, by id.
 * @property {Map<string, string>} hubIds Of licences: the Hub's identifiers, by id.
 *
 * @typedef {object} Answer
 * @property {string} text What was written; of a card its file's name.
 * @property {string[]} chosen Ids of terms; ["yes"] or ["no"].
 * @property {string} suggestion A term that the vocabulary lacks.
 *
 * @typedef {Map<string, Answer>} Answers By the field's id.
 */

/** Characters of one answer: more is no name and no address, and no program takes it. */
export const ANSWER_LIMIT = 500;
const EMAIL = /^[\w!$'*+-]+(\.[\w!$'*+-]+)*@[^\s@.]+(\.[^\s@.]+)+$/;
const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/;
const CARD = /\.(txt|md|markdown)$/i;

/** @returns {Answer} */
export function noAnswer() {
  return { text: "", chosen: [], suggestion: "" };
}

/** One line without blanks around it and half characters, which no address can carry. @param {string} text */
export function tidy(text) {
  return text.replace(/\p{Cs}/gu, "\ufffd").replace(/[\s\p{Cc}]+/gu, " ").trim();
}

/** Codes of languages, as they were written with commas or spaces between them. @param {string} text */
export function languageCodes(text) {
  return [...new Set(tidy(text).split(/[\s,;]+/).filter(Boolean))];
}

/** Whether a field was answered at all. @param {Answer} answer */
export function isAnswered(answer) {
  return Boolean(tidy(answer.text) || answer.chosen.length || tidy(answer.suggestion));
}

/**
 * What is wrong with an answer, as a sentence that says how to mend it; empty where nothing is.
 *
 * @param {Field} field
 * @param {Answer} answer
 */
export function findProblem(field, answer) {
  if (!isAnswered(answer)) return field.required ? REQUIRED[field.type] ?? "Fill in this field." : "";
  const text = tidy(answer.text);
  const length = Math.max(text.length, tidy(answer.suggestion).length);
  if (length > ANSWER_LIMIT) {
    return `Shorten this to ${ANSWER_LIMIT} characters: it has ${length.toLocaleString("en")}.`;
  }
  if (field.type === "url" && !isWebAddress(text)) {
    return "Write the whole address, which begins with https://, such as https://example.org/dataset.";
  }
  if (field.type === "email" && !EMAIL.test(text)) return "Write one e-mail address, such as name@example.org.";
  if (field.type === "languages") {
    const wrong = languageCodes(text).filter((code) => !LANGUAGE.test(code));
    if (wrong.length) return `“${wrong[0]}” is no code of a language. Write codes such as en, pt-BR or zh-Hans.`;
  }
  if (field.type === "card" && !CARD.test(text)) return "Choose a .txt, .md or .markdown file.";
  return "";
}

/** @type {Record<string, string>} */
const REQUIRED = {
  agreement: "Tick the box: we can only take datasets whose contributors agree to the terms.",
  yes_no: "Choose yes or no.",
  choices: "Choose one or more.",
  choice: "Choose one.",
  card: "Choose a .txt, .md or .markdown file.",
};

/** Whether a text is an https address of a host with a name. @param {string} text */
function isWebAddress(text) {
  if (/\s/.test(text) || !/^https:\/\//i.test(text)) return false;
  try {
    const url = new URL(text);
    return url.hostname.includes(".") && !url.username && !url.password;
  } catch {
    return false;
  }
}
