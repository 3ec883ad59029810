/**
 * Rows of the list of datasets, from the template in the page; they look like those of templates/partials/row.html.
 */

import { make, marked, numbers, plural } from "./elements.js";
import { hrefOf, nameMark } from "./results.js";

const LANGUAGES_SHOWN = 3;
const TASKS_SHOWN = 2;

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
  const links = (/** @type {string} */ facet, most = Infinity) =>
    (row.values[facet] ?? []).slice(0, most).map(({ id, title }) => chip(facet, id, title));
  const languages = row.values.language ?? [];
  const elements = [
    ...links("license"),
    ...links("domain"),
    ...links("modality"),
    ...links("task", TASKS_SHOWN),
    ...links("size"),
    ...links("language", LANGUAGES_SHOWN),
  ];
  const more = (row.valueCounts.language ?? languages.length) - LANGUAGES_SHOWN;
  if (more > 0) elements.push(make("li", `${numbers.format(more)} more language${more === 1 ? "" : "s"}`));
  return elements;
}

/**
 * A link to the list of all datasets with a value; the page takes it as one more filter.
 *
 * @param {string} facet
 * @param {string} id
 * @param {string} title
 */
function chip(facet, id, title) {
  const link = /** @type {HTMLAnchorElement} */ (make("a", title));
  link.href = `?${facet}=${encodeURIComponent(id)}`;
  link.dataset.facet = facet;
  link.dataset.value = id;
  return make("li", [link], facet === "license" ? "license" : undefined);
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
