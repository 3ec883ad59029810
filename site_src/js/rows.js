/**
 * Rows of the list of datasets, from the template in the page; they look like those of templates/partials/row.html.
 */

import { UNSTATED } from "./state.js";

const LANGUAGES_SHOWN = 3;

/**
 * @param {HTMLTemplateElement} template
 * @param {import("./data.js").Row} row
 * @param {import("./data.js").Catalog} catalog
 * @param {Intl.NumberFormat} numbers
 */
export function makeRow(template, row, catalog, numbers) {
  const element = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (element.querySelector(selector));
  const link = /** @type {HTMLAnchorElement} */ (part("a"));
  link.href = row.href;
  link.textContent = row.title;
  part(".by").textContent = row.publisherTitle;
  fill(part(".snippet"), row.snippet === "" ? [] : [row.snippet]);
  fill(part(".chips"), chips(row, catalog));
  fill(part(".figures"), figures(row, numbers));
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

/**
 * @param {import("./data.js").Row} row
 * @param {import("./data.js").Catalog} catalog
 */
function chips(row, catalog) {
  const titles = (/** @type {string} */ facet) =>
    (row.values[facet] ?? [])
      .filter((id) => id !== UNSTATED)
      .map((id) => catalog.values.get(facet)?.get(id)?.title ?? id);
  const languages = titles("language");
  const elements = [
    ...titles("license").map((title) => make("li", title, "license")),
    ...titles("modality").map((title) => make("li", title)),
    ...languages.slice(0, LANGUAGES_SHOWN).map((title) => make("li", title)),
  ];
  const more = languages.length - LANGUAGES_SHOWN;
  if (more > 0) elements.push(make("li", `${more} more language${more === 1 ? "" : "s"}`));
  return elements;
}

/**
 * @param {import("./data.js").Row} row
 * @param {Intl.NumberFormat} numbers
 */
function figures(row, numbers) {
  const elements = [];
  if (row.downloads !== null) {
    elements.push(figure(numbers.format(row.downloads), row.downloads === 1 ? "download" : "downloads"));
  }
  if (row.likes !== null) elements.push(figure(numbers.format(row.likes), row.likes === 1 ? "like" : "likes"));
  if (row.changed !== null) {
    const changed = make("span", "changed ");
    changed.append(make("time", row.changed.slice(0, 10)));
    elements.push(changed);
  }
  return elements;
}

/**
 * @param {string} number
 * @param {string} word
 */
function figure(number, word) {
  const element = make("span");
  element.append(make("b", number), ` ${word}`);
  return element;
}

/**
 * @param {string} name
 * @param {string} text
 * @param {string} [className]
 */
export function make(name, text = "", className) {
  const element = document.createElement(name);
  element.textContent = text;
  if (className !== undefined) element.className = className;
  return element;
}
