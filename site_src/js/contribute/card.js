/**
 * Fills the template of a dataset card with the answers of the form. No page is needed.
 *
 * @typedef {import("./answers.js").Field} Field
 * @typedef {import("./answers.js").Answers} Answers
 */

import { languageCodes, noAnswer, tidy } from "./answers.js";
import { quoted } from "./compose.js";

/**
 * The template with the fields of its YAML block that the answers know; all others stay as they are.
 *
 * @param {string} template
 * @param {Field[]} fields
 * @param {Answers} answers
 */
export function fillCard(template, fields, answers) {
  /** @param {string} entry */
  const find = (entry) => {
    const field = fields.find((each) => each.entry === entry);
    return { field, answer: (field && answers.get(field.id)) ?? noAnswer() };
  };
  const license = find("license");
  const chosen = license.answer.chosen[0];
  const languages = languageCodes(find("languages").answer.text);
  const tags = [...find("domains").answer.chosen, ...find("modalities").answer.chosen];
  const title = tidy(find("title").answer.text);
  const values = {
    license: chosen && quoted(license.field?.hubIds.get(chosen) || "other"),
    license_name: chosen && quoted(license.field?.titles.get(chosen) ?? chosen),
    pretty_name: title && quoted(title),
    language: languages.length && `[${languages.map(quoted).join(", ")}]`,
    tags: tags.length && `[${tags.map(quoted).join(", ")}]`,
  };
  let text = template;
  for (const [name, value] of Object.entries(values)) {
    if (value) text = text.replace(new RegExp(`^#?${name}:.*$`, "m"), () => `${name}: ${value}`);
  }
  return text;
}
