/**
 * The controller of the catalog: holds the state, asks the index, and shows the answers as they come. A newer question
 * ends the one before it.
 */

import { FIRST_ROWS, UNSTATED } from "../index/head.js";
import { countText } from "./elements.js";
import { makeFacets } from "./facets.js";
import { makeFilterDrawer, showActive } from "./filters.js";
import { CatalogHistory } from "./history.js";
import { Results } from "./results.js";
import { choose, countFilters, drop, emptyState, isUnfiltered, pageSize, sortOf } from "./state.js";

/**
 * @typedef {import("../index/queries.js").Answer} Answer
 * @typedef {import("./results.js").Place} Place
 * @typedef {import("./state.js").State} State
 *
 * @typedef {object} Notice  A line for problems.
 * @property {(error: unknown, consequence: string, retry: () => void) => void} tell  Says what failed and offers a remedy.
 * @property {(ignored: string[]) => void} warn  Says which parts of a link are ignored.
 * @property {() => void} hide
 *
 * @typedef {object} Engine
 * @property {import("../index/reader.js").IndexReader} reader
 * @property {import("../index/queries.js").Catalog} catalog
 * @property {typeof import("./row-view.js").makeRow} makeRow
 * @property {typeof import("./pages.js").showPages} showPages
 * @property {typeof import("./empty.js").findRelaxations} findRelaxations
 * @property {typeof import("./empty.js").showEmpty} showEmpty
 * @property {typeof import("./search-notes.js").showSearchNotes} showSearchNotes
 * @property {typeof import("./suggestions.js").findPublishers} findPublishers
 * @property {typeof import("./suggestions.js").optionsOf} optionsOf
 * @property {typeof import("./suggestions.js").Suggestions} Suggestions
 *
 * @typedef {object} PageParts
 * @property {HTMLInputElement} query
 * @property {HTMLSelectElement} sort
 * @property {HTMLButtonElement} opener  Opens the filters on narrow screens.
 * @property {HTMLTemplateElement} template  Of a row.
 * @property {HTMLElement | null} feed
 * @property {HTMLElement} active
 * @property {HTMLElement} empty
 * @property {HTMLElement} note  On the search.
 * @property {HTMLElement} offers  Filters and searches to take instead.
 * @property {HTMLElement} facets
 * @property {HTMLElement} pages
 *
 * @typedef {object} Settings
 * @property {string} home  Link to the home page.
 * @property {number} rowsPerPage
 * @property {(address: string) => boolean} isMarked
 */

const NAMED = 3; // filters in the title of the page

export class CatalogController {
  #head;
  #parts;
  #notice;
  #engine;
  #rowsPerPage;
  #history;
  #views;
  #drawer;
  #results;
  #state = emptyState();
  #abort = new AbortController();
  /** @type {Answer | undefined}  To the question that is shown. */
  #answer;
  /** @type {Map<string, string>}  Titles of values that the head does not list, as far as they were seen. */
  #titles = new Map();
  #isTyping = false;
  /** Whether the last entry of the history was made by typing; more typing then changes it. */
  #isTypedEntry = false;
  #pageTitle = document.title;
  /** @type {import("./suggestions.js").Suggestions | undefined} */
  #suggestions;
  #home;

  /**
   * @param {import("../index/head.js").Head} head
   * @param {PageParts & import("./results.js").Parts} parts
   * @param {Notice} notice
   * @param {() => Promise<Engine>} engine  Loads it at the first call.
   * @param {Settings} settings
   */
  constructor(head, parts, notice, engine, { home, rowsPerPage, isMarked }) {
    this.#head = head;
    this.#parts = parts;
    this.#notice = notice;
    this.#engine = engine;
    this.#rowsPerPage = rowsPerPage;
    this.#home = home;
    this.#history = new CatalogHistory(head);
    const isWide = !matchMedia("(max-width: 56rem)").matches;
    this.#views = makeFacets(parts.facets, head.facets.values(), this.#facetHandlers(), isWide);
    this.#drawer = makeFilterDrawer(parts.facets, parts.opener);
    this.#results = new Results(parts, { template: parts.template, home, isMarked }, () => parts.query.focus());
  }

  /** @returns {import("./facets.js").Handlers} */
  #facetHandlers() {
    const engine = this.#engine;
    return {
      choose: (facet, value, isChosen) => {
        this.#titles.set(`${facet}=${value.id}`, value.title);
        if (isChosen) choose(this.#state, facet, value.id);
        else drop(this.#state, facet, value.id);
        this.#go();
      },
      titleOf: (facet, id) => this.#titleOf(facet, id),
      clear: (facet) => {
        drop(this.#state, facet);
        this.#go();
      },
      open: () => this.#showCounts(),
      async *values(facet) {
        yield* (await engine()).reader.values(facet);
      },
      fail: (error) => this.#notice.tell(error, "", () => this.#show()),
    };
  }

  /**
   * The row of a dataset on the page; undefined where it came with the page, and for others.
   *
   * @param {string} address
   */
  row(address) {
    return this.#results.row(address);
  }

  /** Takes the state from the address, and the place of the list from the history. */
  restore() {
    const { state, ignored, place } = this.#history.read();
    this.#isTyping = this.#isTypedEntry = false;
    this.#state = state;
    this.#parts.query.value = state.query;
    this.#notice.hide();
    if (ignored.length > 0) this.#notice.warn(ignored);
    this.#show(place);
  }

  /** Notes in the history to where the list is scrolled. */
  remember() {
    this.#history.remember(this.#results.place());
  }

  /**
   * Searches while somebody types.
   *
   * @param {string} words
   */
  search(words) {
    this.#state.query = words.trim();
    this.#go({ isTyping: true });
  }

  /**
   * Changes the order.
   *
   * @param {string} sort
   */
  sort(sort) {
    this.#state.sort = sort;
    this.#go();
  }

  /**
   * Narrows the list by a value of one of its rows.
   *
   * @param {string} facet
   * @param {string} id
   * @param {string} title
   */
  filter(facet, id, title) {
    this.#titles.set(`${facet}=${id}`, title);
    choose(this.#state, facet, id);
    this.#go();
    this.#results.begin();
  }

  /**
   * Shows another page of the list, from its beginning.
   *
   * @param {number} page
   */
  turnTo(page) {
    this.#go({ page });
    this.#results.begin();
  }

  /**
   * Starts to load what a search needs, without waiting for it.
   *
   * @param {boolean} hasWords  Whether words are about to come; else only the code is loaded.
   */
  async prepareSearch(hasWords) {
    try {
      const { catalog, reader } = await this.#engine();
      catalog.prepareSearch();
      if (hasWords) reader.prepare();
    } catch {
      // loaded again where it is needed
    }
  }

  /**
   * Shows the state and puts it into the address: as a new entry of the history, or in place of the last where that was
   * typed, too, or where the address is corrected.
   *
   * @param {{isTyping?: boolean, isCorrection?: boolean, page?: number}} [how]
   */
  #go({ isTyping = false, isCorrection = false, page = 1 } = {}) {
    this.#state.page = page;
    this.#isTyping = isTyping;
    this.#notice.hide();
    if (isCorrection || (isTyping && this.#isTypedEntry)) this.#history.replace(this.#state);
    else this.#history.push(this.#state, this.#results.place());
    this.#isTypedEntry = isTyping || (isCorrection && this.#isTypedEntry);
    this.#show();
  }

  /**
   * Shows what the state asks for.
   *
   * @param {Place} [place]  Where the list is to be scrolled to.
   */
  async #show(place) {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const { count, head } = this.#head;
    this.#answer = undefined;
    if (!this.#isTyping || this.#state.query === "") this.#suggestions?.hide();
    this.#showControls();
    this.#results.wait();
    this.#parts.facets.setAttribute("aria-busy", "true");
    let isWhole = false; // the list is that of the whole catalog, which came with the page
    try {
      if (isUnfiltered(this.#state) && head.rows !== null && this.#results.adopt(head.rows)) {
        isWhole = true;
        this.#showCount(count);
        if (place) this.#results.restorePlace(place);
        this.#finish();
        const engine = await this.#engine();
        if (!signal.aborted) this.#showPages(engine, count);
      } else {
        await this.#ask(signal, place);
      }
    } catch (error) {
      if (signal.aborted) return;
      const answer = /** @type {Answer | undefined} */ (this.#answer);
      const isListed = isWhole || (answer !== undefined && answer.rows !== null);
      if (!isListed) this.#results.fail();
      this.#finish();
      const consequence = isListed
        ? "The list is right, but not all of it and of the numbers are here."
        : "So there is no list yet of the datasets asked for.";
      this.#notice.tell(error, consequence, () => {
        this.#notice.hide();
        this.#show(place);
      });
    }
  }

  /**
   * Asks the index, and shows what it answers as it comes.
   *
   * @param {AbortSignal} signal
   * @param {Place} [place]
   */
  async #ask(signal, place) {
    const engine = await this.#engine();
    const { catalog, makeRow } = engine;
    const state = this.#state;
    const facets = this.#views.filter((view) => view.isWanted).map((view) => view.facet.name);
    const question = { query: state.query, sort: sortOf(state), selected: state.selected };
    const pageRows = pageSize(state, this.#rowsPerPage);
    const rowStart = (state.page - 1) * pageRows;
    const rowCount = Math.min(pageRows, place && place.row >= FIRST_ROWS ? pageRows : FIRST_ROWS);
    /** @type {Answer | undefined} */
    let answer;
    /** @type {unknown} */
    let rowsShown = null;
    const publishers = this.#findPublishers(engine, signal);
    for await (const next of catalog.ask(question, { facets, rowStart, rowCount, signal })) {
      if (signal.aborted) return;
      answer = this.#answer = next;
      if (answer.unknown.length > 0) return this.#forget(answer.unknown);
      if (rowStart > 0 && rowStart >= answer.count) {
        return this.#go({ isCorrection: true, page: Math.max(1, this.#lastPage(answer.count)) });
      }
      for (const view of this.#views) {
        const counts = answer.counts.get(view.facet.name);
        if (counts !== undefined) view.show(state, counts);
      }
      this.#showCount(answer.count, this.#showNotes(engine, answer));
      if (answer.rows !== null && answer.rows !== rowsShown) {
        rowsShown = answer.rows;
        this.#learnTitles(answer.rows);
        await this.#results.showRows(answer.rows, answer, makeRow, signal);
        if (signal.aborted) return;
        if (place && (answer.rows.length > place.row || answer.isWhole)) {
          this.#results.restorePlace(place);
          place = undefined;
        }
      }
      this.#suggest(engine, answer, []);
    }
    if (signal.aborted || answer === undefined) return;
    publishers.then((found) => !signal.aborted && found.length > 0 && this.#suggest(engine, answer, found));
    if (answer.count === 0) await this.#advise(engine, signal);
    this.#showPages(engine, answer.count);
    this.#finish();
    this.#offerMore(answer, { rowStart, rowCount, pageRows }, makeRow, signal);
    if (countFilters(state) > 0) catalog.prepare(facets); // whoever filters, filters on
    await this.#showCounts(); // of what has come into view meanwhile
  }

  /**
   * Says how the answer meets the search, and offers what may meet it better.
   *
   * @param {Engine} engine
   * @param {Answer} answer
   */
  #showNotes({ showSearchNotes }, answer) {
    const { note, offers } = this.#parts;
    return showSearchNotes(note, offers, answer, (facet) => this.#head.facet(facet).title, {
      search: (words) => this.#searchFor(words),
      filter: this.#filterInstead,
    });
  }

  /**
   * @param {Engine} engine
   * @param {AbortSignal} signal
   */
  async #findPublishers({ findPublishers, reader }, signal) {
    if (!this.#isTyping) return [];
    return findPublishers(reader, this.#state.query, signal).catch(() => []); // the answer itself says what fails
  }

  /**
   * Suggests what an answer suggests, to somebody who is typing.
   *
   * @param {Engine} engine
   * @param {Answer} answer
   * @param {import("../index/names.js").Value[]} publishers
   */
  #suggest({ Suggestions, optionsOf }, answer, publishers) {
    const { query } = this.#parts;
    if (!this.#isTyping || document.activeElement !== query || this.#state.query === "") return;
    this.#suggestions ??= new Suggestions(query);
    const titleOf = (/** @type {string} */ facet) => this.#head.facet(facet).title;
    this.#suggestions.show(optionsOf(answer, publishers, this.#home, titleOf, this.#filterInstead));
  }

  /** @param {string} words */
  #searchFor(words) {
    this.#state.query = this.#parts.query.value = words;
    this.#go();
    this.#parts.query.focus();
  }

  /** Chooses a value in place of the words that name it. @type {import("./search-notes.js").Actions["filter"]} */
  #filterInstead = (facet, id, title, rest) => {
    this.#titles.set(`${facet}=${id}`, title);
    choose(this.#state, facet, id);
    this.#searchFor(rest);
  };

  /** Counts the facets that have come into view since the question was asked. */
  async #showCounts() {
    const { signal } = this.#abort;
    const counted = this.#answer;
    const old = this.#views.filter((view) => view.isWanted && view.isOld);
    if (!counted?.isWhole || old.length === 0) return; // those of a question on its way are counted in the end
    try {
      this.#parts.facets.setAttribute("aria-busy", "true");
      for (const view of old) {
        const counts = await counted.countsOf(view.facet.name, signal);
        if (signal.aborted) return;
        view.show(this.#state, counts);
      }
      this.#parts.facets.removeAttribute("aria-busy");
    } catch (error) {
      if (signal.aborted) return;
      this.#parts.facets.removeAttribute("aria-busy");
      this.#notice.tell(error, "", () => this.#showCounts());
    }
  }

  /**
   * Offers the rest of the rows of a page of the list.
   *
   * @param {Answer} answer
   * @param {{rowStart: number, rowCount: number, pageRows: number}} shown
   * @param {Engine["makeRow"]} makeRow
   * @param {AbortSignal} signal
   */
  #offerMore(answer, { rowStart, rowCount, pageRows }, makeRow, signal) {
    const rest = Math.min(pageRows, answer.count - rowStart) - rowCount;
    if (rest <= 0) return;
    this.#results.offerMore(rest, async () => {
      try {
        const rows = await answer.rowsFrom(rowStart, pageRows, signal);
        if (!signal.aborted) await this.#results.showRows(rows, answer, makeRow, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#notice.tell(error, "The list ends before its end.", () => {
          this.#notice.hide();
          this.#offerMore(answer, { rowStart, rowCount, pageRows }, makeRow, signal);
        });
      }
    });
  }

  /** Nothing more will come. */
  #finish() {
    this.#results.done();
    this.#parts.facets.removeAttribute("aria-busy");
  }

  /**
   * @param {number} count
   * @param {string} [note]  On the search.
   */
  #showCount(count, note = "") {
    const state = this.#state;
    const filters = countFilters(state) + (state.query === "" ? 0 : 1);
    this.#results.showCount({ count, filters, page: state.page, size: pageSize(state, this.#rowsPerPage), note });
    if (note === "") this.#parts.note.hidden = true;
    this.#parts.empty.hidden = count > 0;
    this.#drawer.update(countFilters(state), `Show ${countText(count)}`);
  }

  /**
   * @param {Engine} engine
   * @param {number} count
   */
  #showPages({ showPages }, count) {
    const state = this.#state;
    const hrefOf = (/** @type {number} */ page) => this.#history.addressOf({ ...state, page });
    showPages(this.#parts.pages, state.page, this.#lastPage(count), hrefOf);
  }

  /** @param {number} count */
  #lastPage(count) {
    return Math.ceil(count / pageSize(this.#state, this.#rowsPerPage));
  }

  /**
   * The title of a value.
   *
   * @param {string} facet
   * @param {string} id
   */
  #titleOf(facet, id) {
    const { ids, titles: listed = ids } = this.#head.facet(facet).values;
    return id === UNSTATED ? "None stated" : (listed[ids.indexOf(id)] ?? this.#titles.get(`${facet}=${id}`) ?? id);
  }

  /** Shows what can be said before the index has answered. */
  #showControls() {
    const { empty, feed, offers, sort } = this.#parts;
    const state = this.#state;
    offers.hidden ||= state.query === "";
    for (const view of this.#views) view.show(state, undefined);
    for (const option of sort.options) {
      option.hidden = option.value === "relevance" ? state.query === "" : !this.#hasOrder(option.value);
    }
    sort.value = this.#hasOrder(sortOf(state)) ? sortOf(state) : "name"; // datasets without figures stand by name
    empty.hidden = true;
    this.#showFilters();
    if (feed !== null) feed.hidden = this.#history.addressOf(state) !== location.pathname;
  }

  /**
   * Whether any dataset has a figure to sort by.
   *
   * @param {string} sort
   */
  #hasOrder(sort) {
    if (sort !== "size") return this.#head.head.orders[sort] !== false;
    const size = this.#head.facets.get("size");
    return size !== undefined && size.unstated < this.#head.count;
  }

  /**
   * Takes the titles of chosen values that the head does not list from rows that have them.
   *
   * @param {import("../index/row-decoder.js").Row[]} rows
   */
  #learnTitles(rows) {
    let hasLearnt = false;
    for (const [facet, ids] of this.#state.selected) {
      for (const id of ids) {
        if (this.#titleOf(facet, id) !== id) continue;
        const values = rows.flatMap((row) => row.values[facet] ?? []);
        const named = values.find((value) => value.id.toLowerCase() === id.toLowerCase());
        if (named === undefined || named.title === id) continue;
        this.#titles.set(`${facet}=${id}`, named.title);
        hasLearnt = true;
      }
    }
    if (!hasLearnt) return;
    this.#showFilters();
    for (const view of this.#views) view.showChosen();
  }

  /** The active filters, above the list and in the title of the page. */
  #showFilters() {
    const { active, query } = this.#parts;
    const state = this.#state;
    const filters = [...this.#head.facets.keys()].flatMap((facet) =>
      [...(state.selected.get(facet) ?? [])].map((id) => ({
        kind: this.#head.facet(facet).title,
        title: this.#titleOf(facet, id),
        remove: () => {
          drop(this.#state, facet, id);
          this.#go();
        },
      })),
    );
    if (state.query !== "") {
      filters.unshift({ kind: "Search", title: `“${state.query}”`, remove: () => this.#clearQuery() });
    }
    showActive(active, filters, () => this.#clearAll(), () => query.focus());
    const named = filters.slice(0, NAMED).map(({ kind, title }) => (kind === "Search" ? title : `${kind}: ${title}`));
    if (filters.length > NAMED) named.push("…");
    document.title = named.length === 0 ? this.#pageTitle : `${named.join(", ")} · ${this.#pageTitle}`;
  }

  /** @param {string[]} unknown  Chosen values that the catalog does not have. */
  #forget(unknown) {
    for (const value of unknown) {
      const [facet, ...rest] = value.split("=");
      drop(this.#state, facet, rest.join("="));
    }
    this.#go({ isTyping: true, page: this.#state.page });
    this.#notice.warn(unknown);
  }

  /**
   * Offers to leave one of the filters out, where that would help.
   *
   * @param {Engine} engine
   * @param {AbortSignal} signal
   */
  async #advise({ catalog, findRelaxations, showEmpty }, signal) {
    const { empty, query } = this.#parts;
    const titleOf = (/** @type {string} */ facet, /** @type {string} */ id) =>
      `${this.#head.facet(facet).title}: ${this.#titleOf(facet, id)}`;
    const relaxations = await findRelaxations(catalog, this.#state, titleOf, signal);
    const show = (/** @type {State} */ state) => {
      this.#state = state;
      query.value = state.query;
      this.#go();
      query.focus();
    };
    showEmpty(empty, relaxations, show, () => {
      this.#clearAll();
      query.focus();
    });
  }

  #clearQuery() {
    this.#state.query = this.#parts.query.value = "";
    this.#go();
  }

  #clearAll() {
    this.#state = { ...emptyState(), sort: this.#state.sort };
    this.#parts.query.value = "";
    this.#go();
  }
}
