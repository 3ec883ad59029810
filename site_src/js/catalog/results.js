/**
 * The list of datasets that were found, the page of it that is shown, and how many there are.
 */

import { countText, make, makeButton, numbers, plural } from "./elements.js";
import { moveByArrows } from "./keys.js";
import { showPages } from "./pages.js";
import { hrefOf, makeRow } from "./rows.js";

const AT_ONCE = 8; // rows that fit on a screen; the others follow in such parts, so that nothing blocks the page

/**
 * @typedef {import("../index/rows.js").Row} Row
 *
 * @typedef {object} Parts
 * @property {HTMLElement} rows
 * @property {HTMLElement} count
 * @property {HTMLElement} note
 * @property {HTMLElement} pages
 * @property {HTMLElement} status  A live region.
 */

export class Results {
  #parts;
  #surroundings;
  #decorate;
  /** @type {string[]}  What each row on the page was made from. */
  #keys = [];
  #announcement = 0;

  /**
   * @param {Parts} parts
   * @param {import("./rows.js").Surroundings} surroundings
   * @param {(row: Row, element: HTMLElement) => void} decorate  Adds to a row what can be done with it.
   * @param {() => void} leave  Where Up leads from the first row.
   */
  constructor(parts, surroundings, decorate, leave) {
    this.#parts = parts;
    this.#surroundings = surroundings;
    this.#decorate = decorate;
    moveByArrows(parts.rows, "h2 a", leave);
  }

  /** The old list stays until the new one is here, and looks so. */
  wait() {
    this.#parts.rows.setAttribute("aria-busy", "true");
    this.#parts.rows.classList.add("is-old");
  }

  /** Nothing more will come. */
  done() {
    this.#parts.rows.removeAttribute("aria-busy");
    this.#parts.rows.classList.remove("is-old");
  }

  /**
   * Shows rows; those that are there already stay as they are.
   *
   * @param {Row[]} rows
   * @param {Pick<import("../index/catalog.js").Answer, "words" | "findMarks">} answer  What to mark.
   * @param {AbortSignal} signal
   */
  async showRows(rows, { words, findMarks }, signal) {
    const marks = words.map(({ token, isBeginning }) => `${token}${isBeginning ? "*" : ""}`).join(" ");
    const keys = rows.map((row) => `${row.position} ${row.address} ${marks}`);
    let start = 0;
    while (start < keys.length && keys[start] === this.#keys[start]) start += 1;
    const list = this.#parts.rows;
    list.classList.remove("is-old");
    if (this.#keys.length === 0 && words.length === 0 && this.#adopt(rows)) {
      this.#keys = keys;
      return;
    }
    const fresh = (/** @type {number} */ from, /** @type {number} */ to) =>
      rows.slice(from, to).map((row) => {
        const element = makeRow(row, findMarks, this.#surroundings);
        this.#decorate(row, element);
        return element;
      });
    const soon = Math.max(start, AT_ONCE);
    const kept = [...list.children].slice(0, start);
    list.replaceChildren(...kept, ...fresh(start, soon));
    this.#keys = keys.slice(0, Math.max(start, Math.min(soon, keys.length)));
    while (this.#keys.length < keys.length) {
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return;
      const from = this.#keys.length;
      list.append(...fresh(from, from + AT_ONCE));
      this.#keys = keys.slice(0, from + AT_ONCE);
    }
  }

  /**
   * Takes over the rows that came with the page, where they are the ones to be shown.
   *
   * @param {Row[]} rows
   */
  #adopt(rows) {
    const elements = /** @type {HTMLElement[]} */ ([...this.#parts.rows.children]);
    const { home } = this.#surroundings;
    const isSame = (/** @type {Row} */ row, /** @type {number} */ index) =>
      elements[index].querySelector("a")?.pathname === new URL(hrefOf(row.address, home), location.href).pathname;
    if (elements.length !== rows.length || !rows.every(isSame)) return false;
    rows.forEach((row, index) => this.#decorate(row, elements[index]));
    return true;
  }

  /**
   * @param {object} shown
   * @param {number} shown.count  Datasets found.
   * @param {number} shown.filters  How many are active, the search included.
   * @param {number} shown.page  From 1.
   * @param {number} shown.size  Of a page.
   * @param {(page: number) => string} shown.hrefOf
   */
  showCount({ count, filters, page, size, hrefOf }) {
    const last = Math.ceil(count / size);
    const [first, end] = [(page - 1) * size + 1, Math.min(page * size, count)];
    const range = last > 1 ? `, ${numbers.format(first)} to ${numbers.format(end)} shown` : "";
    this.#parts.count.textContent = `${countText(count)}${range}`;
    showPages(this.#parts.pages, page, last, hrefOf);
    const active = filters > 0 ? `, ${plural(filters, "active filter")}` : "";
    const place = last > 1 ? `, page ${numbers.format(page)} of ${numbers.format(last)}` : "";
    this.#announce(`${countText(count)}${active}${place}`);
  }

  /**
   * Says what else was looked for, in case of a typing error.
   *
   * @param {string[]} corrections
   */
  showCorrections(corrections) {
    const words = corrections.flatMap((word, index) => [index === 0 ? "" : ", ", make("b", word)]);
    this.#parts.note.replaceChildren("Little was found, so this was looked for too: ", ...words);
    this.#parts.note.hidden = words.length === 0;
  }

  /** Brings the beginning of the list into view, and readers of all kinds to it. */
  begin() {
    this.#parts.count.focus({ preventScroll: true });
    this.#parts.count.scrollIntoView({ block: "start" });
  }

  /** @param {string} text  Said when nothing has changed for a moment: nobody wants to hear each letter's result. */
  #announce(text) {
    clearTimeout(this.#announcement);
    this.#announcement = setTimeout(() => {
      if (this.#parts.status.textContent !== text) this.#parts.status.textContent = text;
    }, 600);
  }
}

/**
 * What helps when nothing was found.
 *
 * @param {HTMLElement} container
 * @param {{title: string, count: number, act: () => void}[]} relaxations
 * @param {() => void} clear
 */
export function showEmpty(container, relaxations, clear) {
  const list = relaxations.map(({ title, count, act }) =>
    make("li", [makeButton(`Without ${title}`, "plain", act), ` ${countText(count)}`]),
  );
  container.replaceChildren(
    make("p", "No dataset fits all of these.", "lead"),
    ...(list.length > 0 ? [make("ul", list)] : []),
    makeButton("Clear all filters and the search", "plain", clear),
  );
}
