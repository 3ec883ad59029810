/**
 * Rows of the list of datasets, from the template in the page; they look like those of templates/partials/row.html.
 */

import { make, marked, numbers, plural } from "./elements.js";

const LANGUAGES_SHOWN = 3;

/**
 * @typedef {import("../index/rows.js").Row} Row
 *
 * @typedef {object} Surroundings
 * @property {HTMLTemplateElement} template
 * @property {string} home  Link to the home page, with a slash at its end.
 */

/**
 * @param {Row} row
 * @param {import("../index/catalog.js").FindMarks | null} findMarks
 * @param {Surroundings} surroundings
 */
export function makeRow(row, findMarks, { template, home }) {
  const element = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (element.querySelector(selector));
  const link = /** @type {HTMLAnchorElement} */ (part("a"));
  link.href = hrefOf(row.address, home);
  link.append(...marked(row.title, findMarks, true));
  part(".by").append(...marked(row.values.publisher?.[0]?.title ?? "", findMarks));
  fill(part(".snippet"), row.snippet === "" ? [] : marked(row.snippet, findMarks));
  fill(part(".chips"), chips(row));
  fill(part(".figures"), figures(row));
  return element;
}

/**
 * The link to a dataset's page. Nothing in an address may be taken for more than a path.
 *
 * @param {string} address
 * @param {string} home
 */
export function hrefOf(address, home) {
  return home + address.split("/").slice(1).map(encodeURIComponent).join("/");
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
