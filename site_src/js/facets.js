/**
 * The filters of the catalog: turns each list of links into labelled checkboxes with live counts.
 */

import { make } from "./rows.js";

const LONG = 12;

/**
 * One facet on the page.
 *
 * @typedef {object} FacetView
 * @property {import("./data.js").Facet} facet
 * @property {Map<string, {input: HTMLInputElement, count: HTMLElement}>} values
 * @property {HTMLDetailsElement} details
 * @property {HTMLElement} list
 */

/**
 * @param {HTMLElement} container
 * @param {import("./data.js").Facet[]} facets
 * @param {(facet: string, value: string, isChosen: boolean) => void} onChange
 * @returns {FacetView[]}
 */
export function makeFacets(container, facets, onChange) {
  return facets.flatMap((facet) => {
    const details = /** @type {HTMLDetailsElement | null} */ (
      container.querySelector(`details[data-facet="${facet.name}"]`)
    );
    if (details === null) return [];
    const fieldset = document.createElement("fieldset");
    fieldset.append(make("legend", facet.title, "hidden"));
    const values = new Map();
    const list = make("div", "", "values");
    let group = null;
    for (const value of facet.values) {
      if (value.group !== group && value.group !== null) list.append(make("p", value.group, "group"));
      group = value.group;
      const label = make("label");
      const input = document.createElement("input");
      input.type = "checkbox";
      input.addEventListener("change", () => onChange(facet.name, value.id, input.checked));
      const name = make("span", value.title);
      if (value.hint !== "" && value.hint !== value.title) name.title = value.hint;
      const count = make("span", "", "number");
      label.append(input, name, count);
      list.append(label);
      values.set(value.id, { input, count });
    }
    if (facet.values.length > LONG) fieldset.append(makeFilterBox(facet, list));
    fieldset.append(list);
    details.querySelector("ul")?.replaceWith(fieldset);
    return [{ facet, values, details, list }];
  });
}

/**
 * Shows counts and what is chosen. A value that would find nothing cannot be chosen, but stays where it is.
 *
 * @param {FacetView[]} views
 * @param {import("./state.js").State} state
 * @param {Map<string, Map<string, number>>} counts
 * @param {Intl.NumberFormat} numbers
 */
export function showFacets(views, state, counts, numbers) {
  for (const { facet, values, details, list } of views) {
    const chosen = state.selected.get(facet.name);
    for (const [id, { input, count }] of values) {
      const number = counts.get(facet.name)?.get(id) ?? 0;
      input.checked = chosen?.has(id) ?? false;
      input.disabled = number === 0 && !input.checked;
      count.textContent = numbers.format(number);
    }
    // A list without anything to choose is still to be scrolled with the keyboard.
    list.tabIndex = [...values.values()].every(({ input }) => input.disabled) ? 0 : -1;
    if (chosen !== undefined) details.open = true;
    details.classList.toggle("has-chosen", chosen !== undefined);
  }
}

/**
 * @param {import("./data.js").Facet} facet
 * @param {HTMLElement} list
 */
function makeFilterBox(facet, list) {
  const input = document.createElement("input");
  input.type = "search";
  input.className = "find-value";
  input.autocomplete = "off";
  input.placeholder = `Find in ${facet.values.length}`;
  input.setAttribute("aria-label", `Find a value of ${facet.title.toLowerCase()}`);
  const labels = [...list.querySelectorAll("label")];
  const words = facet.values.map((value) => `${value.title} ${value.hint} ${value.id}`.toLowerCase());
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    labels.forEach((label, index) => (label.hidden = !words[index].includes(wanted)));
    for (const group of list.querySelectorAll(".group")) /** @type {HTMLElement} */ (group).hidden = wanted !== "";
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "Escape" && input.value !== "") {
      input.value = "";
      input.dispatchEvent(new Event("input"));
      event.stopPropagation();
    }
  });
  return input;
}
