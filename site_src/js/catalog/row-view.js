/**
 * Rows of the list of datasets, from the template in the page; they look like those of templates/partials/row.html.
 */

import { make, marked, numbers, plural } from "./elements.js";
import { hrefOf, nameMark } from "./results.js";

const LANGUAGES_SHOWN = 3;

/** @typedef {import("../index/row-decoder.js").Row} Row */

/**
 * @param {Row} row
 * @param {import("../index/queries.js").FindMarks | null} findMarks
 * @param {import("./results.js").RowSettings} rowSettings
 */
export function makeRow(row, findMarks, { template, home, isMarked }) {
  const element = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  const [heading, by, snippet, chipList, figureList, mark] = /** @type {HTMLElement[]} */ ([...element.children]);
  const link = /** @type {HTMLAnchorElement} */ (heading.firstElementChild);
  link.href = hrefOf(row.address, home);
  link.append(...marked(row.title, findMarks, true));
  by.append(...marked(row.values.publisher?.[0]?.title ?? "", findMarks));
  fill(snippet, row.snippet === "" ? [] : marked(row.snippet, findMarks));
  fill(chipList, chips(row));
  fill(figureList, figures(row));
  if (row.missing?.length) {
    const words = row.missing.flatMap((word, index) => [index === 0 ? "" : ", ", make("s", word)]);
    mark.before(make("p", ["Without ", ...words], "missing fine"));
  }
  nameMark(mark, row.address, row.title, isMarked(row.address));
  return element;
}

/**
 * @param {HTMLElement} element  Removed where there is nothing to put in.
 * @param {(string | Node)[]} children
 */
function fill(element, children) {
  if (children.length === 0) element.remove();
  else element.append(...children);
}

/** @param {Row} row */
function chips(row) {
  const titles = (/** @type {string} */ facet) => (row.values[facet] ?? []).map(({ title }) => title);
  const languages = titles("language");
  const elements = [
    ...titles("license").map((title) => make("li", title, "license")),
    ...titles("modality").map((title) => make("li", title)),
    ...languages.slice(0, LANGUAGES_SHOWN).map((title) => make("li", title)),
  ];
  const more = (row.valueCounts.language ?? languages.length) - LANGUAGES_SHOWN;
  if (more > 0) elements.push(make("li", `${numbers.format(more)} more language${more === 1 ? "" : "s"}`));
  return elements;
}

/** @param {Row} row */
function figures(row) {
  const elements = [];
  if (row.downloads !== null) elements.push(figure(row.downloads, "download"));
  if (row.likes !== null) elements.push(figure(row.likes, "like"));
  if (row.changed !== null) elements.push(make("span", ["changed ", make("time", row.changed)]));
  return elements;
}

/**
 * @param {number} number
 * @param {string} noun
 */
function figure(number, noun) {
  const [digits, word] = plural(number, noun).split(" ");
  return make("span", [make("b", digits), ` ${word}`]);
}
