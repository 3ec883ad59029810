/**
 * Suggestions below the search box while somebody types: filters that the words name or begin, publishers, and datasets
 * by name. A combobox with a list, as https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ describes it: the focus stays in
 * the box, and the arrow keys move through the list.
 */

import { findValuesBegun } from "../index/lookup.js";
import { make, marked, numbers } from "./elements.js";
import { hrefOf } from "./results.js";

const MOST_VALUES = 3;
const MOST_PUBLISHERS = 2;
const MOST_DATASETS = 3;
const SHORTEST = 2; // characters of a search
const PUBLISHER = /^[\w.-]+$/;

/**
 * @typedef {import("../index/queries.js").Answer} Answer
 *
 * @typedef {object} Option
 * @property {(string | Node)[]} text
 * @property {string} detail
 * @property {() => void} act
 */

/**
 * What an answer suggests.
 *
 * @param {Answer} answer
 * @param {import("../index/names.js").Value[]} publishers  Whose ids begin as the search does.
 * @param {string} home  Link to the home page.
 * @param {(facet: string) => string} titleOf  Of a facet.
 * @param {import("./search-notes.js").Actions["filter"]} filter
 * @returns {Option[]}
 */
export function optionsOf(answer, publishers, home, titleOf, filter) {
  const { findMarks, rows, values } = answer;
  const filters = [...values.slice(0, MOST_VALUES), ...publishers.map((value) => ({ ...value, rest: "" }))];
  const datasets = (rows ?? []).filter(({ title }) => findMarks !== null && findMarks(title, true).length > 0);
  return [
    ...filters.map(({ facet, id, title, count, rest }) => ({
      text: [make("b", `${titleOf(facet)}: `), title],
      detail: numbers.format(count),
      act: () => filter(facet, id, title, rest),
    })),
    ...datasets.slice(0, MOST_DATASETS).map(({ address, title, values: { publisher } }) => ({
      text: marked(title, findMarks, true),
      detail: publisher?.[0]?.title ?? "",
      act: () => location.assign(hrefOf(address, home)),
    })),
  ];
}

/**
 * The publishers that a search may be the beginning of.
 *
 * @param {import("../index/reader.js").IndexReader} reader
 * @param {string} query
 * @param {AbortSignal} signal
 */
export async function findPublishers(reader, query, signal) {
  if (query.length < SHORTEST || !PUBLISHER.test(query)) return [];
  return findValuesBegun(reader, "publisher", query, MOST_PUBLISHERS, signal);
}

export class Suggestions {
  #input;
  #list = make("ul", "", "suggestions");
  /** @type {Option[]} */
  #options = [];
  #active = -1;
  #isDismissed = false; // until somebody types again

  /** @param {HTMLInputElement} input */
  constructor(input) {
    this.#input = input;
    const list = this.#list;
    list.id = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggested filters and datasets");
    list.hidden = true;
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("keydown", (event) => this.#press(event), { capture: true });
    input.addEventListener("blur", () => this.#dismiss());
    input.addEventListener("input", () => {
      this.#isDismissed = false;
    });
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the box
    list.addEventListener("click", (event) => {
      const item = /** @type {HTMLElement} */ (event.target).closest("[role=option]");
      if (item !== null) this.#take([...list.children].indexOf(item));
    });
  }

  /** @param {Option[]} options */
  show(options) {
    if (this.#isDismissed && options.length > 0) return;
    const chosen = this.#list.children[this.#active]?.textContent;
    this.#options = options;
    const items = options.map(({ text, detail }, index) => {
      const item = make("li", [make("span", text), make("span", detail, "detail")]);
      item.id = `suggestion-${index}`;
      item.setAttribute("role", "option");
      return item;
    });
    this.#list.replaceChildren(...items);
    this.#list.hidden = options.length === 0;
    this.#input.setAttribute("aria-expanded", String(options.length > 0));
    this.#activate(items.findIndex((item) => item.textContent === chosen)); // an answer comes in several steps
  }

  hide() {
    this.show([]);
  }

  #dismiss() {
    this.#isDismissed = true;
    this.hide();
  }

  /** @param {number} index  -1 for none: Enter then searches for what was typed. */
  #activate(index) {
    this.#active = index;
    for (const [number, item] of [...this.#list.children].entries()) item.setAttribute("aria-selected", String(number === index));
    if (index < 0) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", `suggestion-${index}`);
    this.#list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} index */
  #take(index) {
    const option = this.#options[index];
    this.#dismiss();
    option.act();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const count = this.#options.length;
    if (count === 0 || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const places = count + 1; // beyond the last, and before the first, is the box itself
    if (event.key === "ArrowDown") this.#activate(((this.#active + 2) % places) - 1);
    else if (event.key === "ArrowUp") this.#activate(((this.#active + 1 + count) % places) - 1);
    else if (event.key === "Escape") this.#dismiss();
    else if (event.key === "Enter" && this.#active >= 0) this.#take(this.#active);
    else if (event.key === "Enter") return this.#dismiss();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
