/**
 * The filters of the catalog: makes of each list of links a group of checkboxes with live counts.
 *
 * A group is made when it is opened first, and counted while it is in view: nobody waits for what nobody looks at.
 */

import { fold, make, moveByArrows, numbers, unseen } from "./elements.js";
import { UNSTATED } from "../index/head.js";
import { countOf, groupValues, readValues } from "./values.js";

const LONG = 12;
const MOST_FOUND = 100;
const OPEN_AT_FIRST = { wide: 2, narrow: 1 };
const NEAR = "150px"; // the distance from the view at which a group is counted

/**
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./state.js").State} State
 * @typedef {object} Entry
 * @property {Value} value
 * @property {HTMLInputElement} input
 * @property {HTMLElement} count
 * @property {number | null} number  The count that is shown.
 *
 * @typedef {object} Handlers
 * @property {(facet: string, value: Value, isChosen: boolean) => void} choose
 * @property {(facet: string, id: string) => string} titleOf  Of a chosen value.
 * @property {(facet: string) => void} clear
 * @property {() => void} open  Counts of further facets are wanted now.
 * @property {(facet: string) => AsyncGenerator<import("../index/head.js").ValueList>} values  All values, part by part.
 * @property {(error: unknown) => void} fail
 */

/**
 * All facets of the catalog, in the place of the links to their values.
 *
 * @param {HTMLElement} container
 * @param {Iterable<import("../index/head.js").Facet>} facets
 * @param {Handlers} handlers
 * @param {boolean} isWide
 */
export function makeFacets(container, facets, handlers, isWide) {
  const old = container.querySelectorAll("details");
  const views = [...facets].filter((facet) => facet.size > 0).map((facet) => new FacetView(facet, handlers));
  const open = views.slice(0, OPEN_AT_FIRST[isWide ? "wide" : "narrow"]);
  for (const view of open) {
    view.details.open = true;
    view.isInView = isWide; // on a narrow screen, they are in a drawer that is closed
  }
  for (const details of old) details.remove();
  container.append(...views.map(({ details }) => details));
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const view = views.find(({ details }) => details === target);
        if (view) view.isInView = isIntersecting;
      }
      if (views.some((view) => view.isWanted && view.isOld)) handlers.open();
    },
    { rootMargin: NEAR },
  );
  for (const { details } of views) observer.observe(details);
  return views;
}

export class FacetView {
  #handlers;
  /** @type {Entry[]}  Of all values that are on the page. */
  #entries = [];
  #found = make("div", "", "values");
  #others = make("div", "", "values"); // chosen values that the head does not list
  #list = make("div", "", "values");
  #chosen = make("span", "", "chosen");
  /** @type {{chosen: ReadonlySet<string>, counts: ArrayLike<number> | undefined, isUnfiltered: boolean}} */
  #shown = { chosen: new Set(), counts: undefined, isUnfiltered: true };
  #isMade = false;
  #othersKey = "[]";

  /**
   * @param {import("../index/head.js").Facet} facet
   * @param {Handlers} handlers
   */
  constructor(facet, handlers) {
    this.facet = facet;
    this.isInView = false;
    this.#handlers = handlers;
    this.details = /** @type {HTMLDetailsElement} */ (make("details"));
    this.details.dataset.facet = facet.name;
    this.details.append(make("summary", [make("span", facet.title), this.#chosen]));
    this.details.addEventListener("toggle", () => {
      if (!this.details.open) return;
      if (!this.#isMade) this.#make();
      if (this.isWanted && this.isOld) handlers.open();
    });
  }

  /** Whether somebody sees its counts. */
  get isWanted() {
    return this.details.open && this.isInView;
  }

  /** Whether its counts are those of an earlier question. */
  get isOld() {
    return !this.#shown.isUnfiltered && this.#shown.counts === undefined;
  }

  /**
   * Shows counts and what is chosen. A value that would find nothing cannot be chosen, but stays where it is.
   *
   * @param {State} state
   * @param {ArrayLike<number> | undefined} counts  By code; left out while they are on their way.
   */
  show(state, counts) {
    const chosen = state.selected.get(this.facet.name) ?? new Set();
    const isUnfiltered = state.query === "" && [...state.selected.keys()].every((name) => name === this.facet.name);
    this.#shown = { chosen, counts, isUnfiltered };
    this.details.classList.toggle("is-old", this.isOld);
    if (chosen.size > 0 && !this.details.open) this.details.open = true;
    const text = chosen.size > 0 ? numbers.format(chosen.size) : "";
    if ((this.#chosen.firstChild?.textContent ?? "") !== text) {
      this.#chosen.replaceChildren(...(text === "" ? [] : [text, unseen(" chosen")]));
    }
    if (this.details.open && !this.#isMade) this.#make();
    else this.showChosen();
  }

  /** Lists what is chosen, and the head does not list. */
  showChosen() {
    if (!this.#isMade) return;
    const listed = new Set([UNSTATED, ...this.facet.values.ids]);
    const others = [...this.#shown.chosen].filter((id) => !listed.has(id));
    const values = others.map((id) => {
      return { id, title: this.#handlers.titleOf(this.facet.name, id), hint: "", code: Infinity, total: 0 };
    });
    const key = JSON.stringify(values);
    if (key !== this.#othersKey) {
      this.#othersKey = key;
      this.#entries = this.#entries.filter((entry) => !this.#others.contains(entry.input));
      this.#others.replaceChildren(...values.map((value) => this.#makeEntry(value)));
    }
    this.#others.hidden = others.length === 0;
    this.#update();
  }

  /** Changes what is not as it should be, and nothing else: the browser has to look at all that was touched. */
  #update() {
    const { chosen, counts, isUnfiltered } = this.#shown;
    let isAnyFree = false;
    for (const entry of this.#entries) {
      const { value, input, count } = entry;
      const isChosen = chosen.has(value.id);
      if (input.checked !== isChosen) input.checked = isChosen;
      const number = countOf(value, this.facet, counts, isUnfiltered) ?? entry.number;
      if (number !== null && number !== entry.number) {
        entry.number = number;
        /** @type {Text} */ (count.firstChild).data = numbers.format(number);
      }
      const isEmpty = number === 0 && !isChosen;
      if (input.disabled !== isEmpty) input.disabled = isEmpty;
      isAnyFree ||= !isEmpty;
    }
    // A list without anything to choose is still to be scrolled with the keyboard.
    for (const list of [this.#list, this.#found]) {
      const tabIndex = isAnyFree ? -1 : 0;
      if (list.tabIndex !== tabIndex || !list.hasAttribute("tabindex")) list.tabIndex = tabIndex;
    }
  }

  #make() {
    this.#isMade = true;
    const { facet } = this;
    const fieldset = make("fieldset", [make("legend", facet.title, "hidden")]);
    for (const group of groupValues(facet)) {
      const entries = group.values.map((value) => this.#makeEntry(value));
      if (group.title === "") {
        this.#list.append(...entries);
      } else {
        const title = make("p", group.title, "group");
        title.id = `${facet.name}-${this.#list.childElementCount}`;
        const values = make("div", [title, ...entries]);
        values.role = "group";
        values.setAttribute("aria-labelledby", title.id);
        this.#list.append(values);
      }
    }
    this.#found.hidden = true;
    if (facet.size > LONG) fieldset.append(this.#makeFinder());
    fieldset.append(this.#others, this.#found, this.#list);
    moveByArrows(fieldset, "input:enabled");
    fieldset.addEventListener("keydown", (event) => {
      // In a drawer, the key closes the drawer.
      if (event.key !== "Escape" || this.#shown.chosen.size === 0 || fieldset.closest("dialog")) return;
      this.#handlers.clear(facet.name);
    });
    this.details.append(fieldset);
    this.showChosen();
  }

  /** @param {Value} value */
  #makeEntry(value) {
    const input = document.createElement("input");
    input.type = "checkbox";
    input.addEventListener("change", () => this.#handlers.choose(this.facet.name, value, input.checked));
    const name = make("span", value.title);
    if (value.hint !== "") name.title = value.hint;
    const count = make("span", " ", "number");
    this.#entries.push({ value, input, count, number: null });
    return make("label", [input, name, count]);
  }

  /** The box that looks through all values, those that are not listed included. */
  #makeFinder() {
    const { facet } = this;
    const input = document.createElement("input");
    input.type = "search";
    input.className = "find-value";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.enterKeyHint = "done"; // it finds while one types
    input.placeholder = `Find in ${numbers.format(facet.size)}`;
    input.setAttribute("aria-label", `Find a value of ${facet.title.toLowerCase()}`);
    const note = make("p", "", "fine");
    note.role = "status";
    input.addEventListener("input", () => this.#find(input, note));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
      if (event.key !== "Escape" || input.value === "") return;
      event.preventDefault();
      event.stopPropagation();
      input.value = "";
      this.#find(input, note);
    });
    return make("div", [input, note]);
  }

  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} note
   */
  async #find(input, note) {
    const typed = input.value;
    const wanted = fold(typed.trim());
    /** @type {Value[]} */
    let found = [];
    let count = 0;
    try {
      if (wanted !== "") ({ found, count } = await this.#lookThrough(wanted, () => input.value === typed));
    } catch (error) {
      this.#handlers.fail(error);
      return;
    }
    if (input.value !== typed) return; // somebody typed on
    this.#list.hidden = wanted !== "";
    this.#found.hidden = wanted === "";
    this.#entries = this.#entries.filter((entry) => !this.#found.contains(entry.input));
    this.#found.replaceChildren(...found.map((value) => this.#makeEntry(value)));
    const more = count > found.length ? `, the first ${found.length} shown` : "";
    note.textContent = wanted === "" ? "" : `${numbers.format(count)} found${more}`;
    this.#update();
  }

  /**
   * @param {string} wanted
   * @param {() => boolean} isWanted  Whether to go on.
   */
  async #lookThrough(wanted, isWanted) {
    /** @type {Value[]} */
    const found = [];
    let count = 0;
    let code = 1;
    for await (const part of this.#handlers.values(this.facet.name)) {
      if (!isWanted()) break;
      for (const value of readValues(part, code)) {
        if (!fold(`${value.title} ${value.hint} ${value.id}`).includes(wanted)) continue;
        count += 1;
        if (found.length < MOST_FOUND) found.push(value);
      }
      code += part.ids.length;
    }
    return { found, count };
  }
}
