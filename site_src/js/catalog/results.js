/**
 * The list of datasets that were found, the page of it that is shown, and how many there are.
 *
 * A list begins with the rows that fit on a screen; the others of its page come when somebody gets near its end.
 */

import { countText, makeButton, moveByArrows, numbers, plural } from "./elements.js";

const LONGEST = 8; // milliseconds that rows are made at a stretch, so that nothing blocks the page
const NEAR = "400px"; // the distance from the end of the list at which more rows are asked for

/**
 * @typedef {import("../index/row-decoder.js").Row} Row
 *
 * @typedef {object} Parts
 * @property {HTMLElement} rows
 * @property {HTMLElement} count
 * @property {HTMLElement} more
 * @property {HTMLElement} status  A live region.
 *
 * @typedef {object} RowSettings
 * @property {HTMLTemplateElement} template
 * @property {string} home  Link to the home page, with a slash at its end.
 * @property {(address: string) => boolean} isMarked
 */

export class Results {
  #parts;
  #rowSettings;
  /** @type {string[]}  What each row on the page was made from. */
  #keys = [];
  /** @type {Map<string, Row>}  By address. */
  #rows = new Map();
  #announcement = 0;
  /** @type {IntersectionObserver | null} */
  #observer = null;

  /**
   * @param {Parts} parts
   * @param {RowSettings} rowSettings
   * @param {() => void} leave  Where Up leads from the first row.
   */
  constructor(parts, rowSettings, leave) {
    this.#parts = parts;
    this.#rowSettings = rowSettings;
    moveByArrows(parts.rows, "h2 a", leave);
  }

  /** The old list stays until the new one is here, and looks so. */
  wait() {
    this.#parts.rows.setAttribute("aria-busy", "true");
    const isAnswer = this.#keys.length > 0; // to an earlier question
    this.#parts.rows.classList.add(isAnswer ? "is-old" : "is-unanswered");
    if (!isAnswer) this.#parts.count.textContent = "Loading…";
    this.#endOffer();
  }

  /** Nothing more will come. */
  done() {
    this.#parts.rows.removeAttribute("aria-busy");
    this.#parts.rows.classList.remove("is-old");
  }

  /** There is no answer: no list is better than another one. */
  fail() {
    this.#keys = [];
    this.#rows.clear();
    this.#parts.rows.replaceChildren();
    this.#parts.count.textContent = "No answer yet";
  }

  /**
   * The row of a dataset on the page; undefined where it came with the page, and for others.
   *
   * @param {string} address
   */
  row(address) {
    return this.#rows.get(address);
  }

  /**
   * Shows rows; those that are there already stay as they are.
   *
   * @param {Row[]} rows
   * @param {Pick<import("../index/queries.js").Answer, "words" | "findMarks">} answer  What to mark.
   * @param {typeof import("./row-view.js").makeRow} makeRow
   * @param {AbortSignal} signal
   */
  async showRows(rows, { words, findMarks }, makeRow, signal) {
    const marks = words.map(({ token, isPrefix }) => `${token}${isPrefix ? "*" : ""}`).join(" ");
    const keys = rows.map((row) => `${row.address} ${marks}`);
    let start = 0;
    while (start < keys.length && keys[start] === this.#keys[start]) start += 1;
    const list = this.#parts.rows;
    list.classList.remove("is-old", "is-unanswered");
    this.#rows = new Map(rows.map((row) => [row.address, row]));
    while (list.children.length > start) list.lastElementChild?.remove();
    this.#keys = keys.slice(0, start);
    let begun = performance.now();
    for (const [index, row] of rows.entries()) {
      if (index < start) continue;
      list.append(makeRow(row, findMarks, this.#rowSettings));
      this.#keys.push(keys[index]);
      if (performance.now() - begun < LONGEST) continue;
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return;
      begun = performance.now();
    }
  }

  /**
   * Takes over the rows that came with the page, where they are the ones to be shown.
   *
   * @param {import("../index/row-decoder.js").RowPage} page  The first rows of the whole catalog.
   */
  adopt({ address, title }) {
    const { home, template, isMarked } = this.#rowSettings;
    const elements = [...this.#parts.rows.children];
    const start = decodeURIComponent(home);
    const isSame = (/** @type {string} */ each, /** @type {number} */ index) =>
      decodeURIComponent(elements[index].querySelector("a")?.getAttribute("href") ?? "") === start + each.slice(1);
    if (this.#keys.length > 0 || elements.length !== address.length || !address.every(isSame)) return false;
    const mark = /** @type {Element} */ (template.content.querySelector(".mark"));
    elements.forEach((element, index) => {
      const button = /** @type {HTMLElement} */ (mark.cloneNode(true));
      nameMark(button, address[index], title[index], isMarked(address[index]));
      element.append(button);
    });
    this.#keys = address.map((each) => `${each} `);
    this.#parts.rows.classList.remove("is-unanswered");
    return true;
  }

  /**
   * Offers the rows that are not here yet, and brings them when the end of the list comes near.
   *
   * @param {number} count  How many.
   * @param {() => Promise<void>} load
   */
  offerMore(count, load) {
    const button = makeButton(`Show ${numbers.format(count)} more`, "button quiet", async () => {
      this.#observer?.disconnect();
      button.disabled = true;
      const isHere = document.activeElement === button;
      const last = this.#keys.length;
      await load();
      if (button.isConnected) this.#endOffer();
      if (!isHere) return;
      /** @type {HTMLElement | null | undefined} */ (this.#parts.rows.children[last]?.querySelector("a"))?.focus();
    });
    this.#parts.more.replaceChildren(button);
    this.#parts.more.hidden = false;
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) button.click();
      },
      { rootMargin: NEAR },
    );
    this.#observer.observe(button);
  }

  #endOffer() {
    this.#observer?.disconnect();
    this.#parts.more.hidden = true;
  }

  /**
   * @param {object} shown
   * @param {number} shown.count  Datasets found.
   * @param {number} shown.filters  How many are active, the search included.
   * @param {number} shown.page  From 1.
   * @param {number} shown.size  Of a page.
   * @param {string} shown.note  What is said of the search.
   */
  showCount({ count, filters, page, size, note }) {
    const last = Math.ceil(count / size);
    const [first, end] = [(page - 1) * size + 1, Math.min(page * size, count)];
    const range = last > 1 ? `, ${numbers.format(first)} to ${numbers.format(end)} shown` : "";
    this.#parts.count.textContent = `${countText(count)}${range}`;
    const active = filters > 0 ? `, ${plural(filters, "active filter")}` : "";
    const place = last > 1 ? `, page ${numbers.format(page)} of ${numbers.format(last)}` : "";
    this.#announce([`${countText(count)}${active}${place}`, note].filter((text) => text !== "").join(". "));
  }

  /** Brings the beginning of the list into view, and readers of all kinds to it. */
  begin() {
    this.#parts.count.focus({ preventScroll: true });
    this.#parts.count.scrollIntoView({ block: "start" });
  }

  /**
   * What `restorePlace` needs to bring the reader back to where the list is scrolled to.
   *
   * @returns {Place}
   */
  place() {
    const rows = [...this.#parts.rows.children];
    const row = rows.findIndex((element) => element.getBoundingClientRect().bottom > 0);
    if (scrollY === 0 || row < 0) return { scroll: scrollY, row: 0, offset: null };
    return { scroll: scrollY, row, offset: rows[row].getBoundingClientRect().top };
  }

  /**
   * Rows far from the screen have no height of their own yet, so that one of them is brought to where it was.
   *
   * @param {Place} place
   */
  restorePlace({ scroll, row, offset }) {
    const element = this.#parts.rows.children[row];
    if (offset === null || element === undefined) return scrollTo({ top: scroll, behavior: "instant" });
    const move = () => scrollBy({ top: element.getBoundingClientRect().top - offset, behavior: "instant" });
    move();
    requestAnimationFrame(move);
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
 * @typedef {object} Place
 * @property {number} scroll  Of the page, in pixels.
 * @property {number} row  Number of the first row in view, from 0.
 * @property {number | null} offset  Where it stood, in pixels from the top; null where no row was passed.
 */

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
 * Fills the button that puts a dataset into the basket.
 *
 * @param {HTMLElement} button
 * @param {string} address
 * @param {string} title
 * @param {boolean} isMarked
 */
export function nameMark(button, address, title, isMarked) {
  button.dataset.address = address;
  button.setAttribute("aria-pressed", String(isMarked));
  /** @type {Element} */ (button.lastElementChild).textContent = ` ${title}`;
}
