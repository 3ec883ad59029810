/**
 * The interactive catalog: filters that combine, search and sort, with their state in the address. The page it starts
 * from works without it, and stays as it is where the catalog's index cannot be loaded.
 */

import { FIRST_ROWS, Head, IndexError, UNSTATED } from "./index/head.js";
import { showActive } from "./catalog/active.js";
import { countText, makeButton } from "./catalog/elements.js";
import { makeFacets } from "./catalog/facets.js";
import { Results } from "./catalog/results.js";
import { makeFilterDrawer } from "./catalog/filter-drawer.js";
import {
  choose,
  countFilters,
  drop,
  emptyState,
  formatState,
  pageSize,
  parseState,
  sortOf,
  without,
} from "./catalog/state.js";
import { spellValue } from "./catalog/values.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-index]"));
const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
const parts = {
  form: /** @type {HTMLFormElement} */ (part(".toolbar")),
  query: /** @type {HTMLInputElement} */ (part("#q")),
  sort: /** @type {HTMLSelectElement} */ (part("#sort")),
  notice: part(".notice"),
  active: part(".active"),
  empty: part(".empty"),
  facets: part(".facets"),
  pages: part(".pages"),
};
const rowsPerPage = Number(root.dataset.rows);
const home = /** @type {string} */ (root.dataset.home);
/** What answers, which the page can be shown without. */
const answering = once(async () => {
  const [{ Catalog }, { IndexReader }, { makeRow }, { showPages }, { showEmpty }] = await Promise.all([
    import("./index/queries.js"),
    import("./index/reader.js"),
    import("./catalog/row-view.js"),
    import("./catalog/pages.js"),
    import("./catalog/empty.js"),
    // What the first two are made of: known here, so that none waits for another.
    import("./index/bitset.js"),
    import("./index/bytes.js"),
    import("./index/columns.js"),
    import("./index/request-cache.js"),
    import("./index/orders.js"),
    import("./index/scheduler.js"),
    import("./index/row-decoder.js"),
    import("./index/shards.js"),
  ]);
  return { Catalog, IndexReader, makeRow, showPages, showEmpty };
});

await start();

async function start() {
  try {
    if (location.search !== "") answering().catch(() => {}); // asked for again where it is needed
    const head = await Head.read(new URL(/** @type {string} */ (root.dataset.index), location.href).href);
    root.classList.remove("is-failed");
    parts.notice.hidden = true;
    run(head);
  } catch (error) {
    root.classList.add("is-failed");
    tell(error, "Search and combined filters do not work. The list below and the links to each value do.", start);
  }
}

/**
 * Says what failed and offers a remedy.
 *
 * @param {unknown} error
 * @param {string} consequence
 * @param {() => void} retry
 */
function tell(error, consequence, retry) {
  if (!(error instanceof IndexError)) console.error(error); // a mistake of ours
  const isOld = error instanceof IndexError && error.isMissing;
  const message = error instanceof Error ? error.message : String(error);
  parts.notice.replaceChildren(
    `${message} ${consequence} `,
    isOld
      ? makeButton("The catalogue may have been published anew: load the page again", "plain", () => location.reload())
      : makeButton("Try again", "plain", retry),
  );
  parts.notice.hidden = false;
}

/** @param {Head} head */
function run(head) {
  const names = [...head.facets.keys()];
  /** @type {Map<string, string>}  Titles of values that the head does not list, as far as they were seen. */
  const titles = new Map();
  let state = emptyState();
  let controller = new AbortController();
  /** @type {import("./index/queries.js").Answer | undefined}  To the question that is shown. */
  let answer;
  let isMarked = (/** @type {string} */ _address) => false;

  const engine = once(async () => {
    const { Catalog, IndexReader, ...views } = await answering();
    const reader = new IndexReader(head.head, head.url);
    return { reader, catalog: new Catalog(reader), ...views };
  });
  const basket = once(async () => {
    const [{ reader, catalog }, { startBasket }] = await Promise.all([
      engine(),
      import("./basket/start.js"),
      import("./basket/basket.js"),
    ]);
    const rowOf = (/** @type {string} */ address) => {
      const index = head.head.rows?.address.indexOf(address) ?? -1;
      const { rows } = head.head;
      return results.row(address) ?? (rows === null || index < 0 ? undefined : reader.rowOf(rows, index, index));
    };
    const controls = startBasket(root, reader, catalog, home, rowOf);
    isMarked = controls.has;
    return controls;
  });

  const narrow = matchMedia("(max-width: 56rem)");
  const views = makeFacets(parts.facets, head.facets.values(), {
    choose(facet, value, isChosen) {
      titles.set(`${facet}=${value.id}`, value.title);
      if (isChosen) choose(state, facet, value.id);
      else drop(state, facet, value.id);
      go();
    },
    clear(facet) {
      drop(state, facet);
      go();
    },
    open: () => showCounts(),
    async *values(facet) {
      yield* (await engine()).reader.values(facet);
    },
    fail: (error) => tell(error, "", () => show()),
  }, !narrow.matches);
  const drawer = makeFilterDrawer(parts.facets, /** @type {HTMLButtonElement} */ (part(".open-filters")));
  const results = new Results(
    { rows: part(".rows"), count: part(".count"), note: part(".note"), more: part(".more"), status: part(".status") },
    {
      template: /** @type {HTMLTemplateElement} */ (part("template")),
      home,
      isMarked: (address) => isMarked(address),
    },
    () => parts.query.focus(),
  );

  const titleOf = (/** @type {string} */ facet, /** @type {string} */ id) => {
    const { ids, titles: listed = ids } = head.facet(facet).values;
    return id === UNSTATED ? "None stated" : (listed[ids.indexOf(id)] ?? titles.get(`${facet}=${id}`) ?? id);
  };
  const addressOf = (/** @type {import("./catalog/state.js").State} */ shown) =>
    location.pathname + formatState(shown, names);

  /** Takes the state from the address, and where the list was scrolled to from the history. */
  function restore() {
    const parsed = parseState(location.search, names, (facet, value) => spellValue(head.facet(facet), value));
    state = parsed.state;
    parts.query.value = state.query;
    parts.notice.hidden = true;
    if (parsed.ignored.length > 0) warn(parsed.ignored);
    show(history.state ?? undefined);
  }

  /** @param {string[]} ignored */
  function warn(ignored) {
    parts.notice.textContent = `The catalogue has no ${ignored.join(", no ")}; that part of the link is ignored.`;
    parts.notice.hidden = false;
  }

  /**
   * Shows the state and puts it into the address: as a new entry of the history, or in place of the last.
   *
   * @param {{isTyping?: boolean, page?: number}} [how]
   */
  function go({ isTyping = false, page = 1 } = {}) {
    state.page = page;
    parts.notice.hidden = true;
    const address = addressOf(state);
    if (address !== location.pathname + location.search) {
      if (isTyping) history.replaceState(null, "", address);
      else {
        remember();
        history.pushState(null, "", address);
      }
    }
    show();
  }

  /** Notes in the history what Back has to bring back. */
  function remember() {
    history.replaceState(results.place(), "");
  }

  /**
   * Shows what the state asks for. A newer question ends this one.
   *
   * @param {import("./catalog/results.js").Place} [place]  Where the list is to be scrolled to.
   */
  async function show(place) {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    answer = undefined;
    showControls();
    results.wait();
    parts.facets.setAttribute("aria-busy", "true");
    try {
      if (isWhole(state) && head.head.rows !== null && results.adopt(head.head.rows)) {
        showCount({ count: head.count, corrections: [] });
        if (place) results.restorePlace(place);
        finish();
        const { showPages } = await engine();
        if (!signal.aborted) showPages(parts.pages, 1, lastPage(head.count), hrefOf);
      } else {
        await ask(signal, place);
      }
    } catch (error) {
      if (signal.aborted) return;
      finish();
      tell(error, "The list below is the one of before.", () => {
        parts.notice.hidden = true;
        show(place);
      });
    }
  }

  /**
   * Asks the index, and shows what it answers as it comes.
   *
   * @param {AbortSignal} signal
   * @param {import("./catalog/results.js").Place} [place]
   */
  async function ask(signal, place) {
    const { catalog, makeRow, showPages } = await engine();
    const facets = views.filter((view) => view.isWanted).map((view) => view.facet.name);
    const question = { query: state.query, sort: sortOf(state), selected: state.selected };
    const pageRows = pageSize(state, rowsPerPage);
    const rowStart = (state.page - 1) * pageRows;
    const rowCount = Math.min(pageRows, place && place.row >= FIRST_ROWS ? pageRows : FIRST_ROWS);
    /** @type {unknown} */
    let rowsShown = null;
    for await (const next of catalog.ask(question, { facets, rowStart, rowCount, signal })) {
      if (signal.aborted) return;
      answer = next;
      if (answer.unknown.length > 0) return forget(answer.unknown);
      if (rowStart > 0 && rowStart >= answer.count) {
        return go({ isTyping: true, page: Math.max(1, lastPage(answer.count)) });
      }
      for (const view of views) {
        const counts = answer.counts.get(view.facet.name);
        if (counts !== undefined) view.show(state, counts);
      }
      showCount(answer);
      if (answer.rows !== null && answer.rows !== rowsShown) {
        rowsShown = answer.rows;
        await results.showRows(answer.rows, answer, makeRow, signal);
        if (signal.aborted) return;
        if (place && (answer.rows.length > place.row || answer.isWhole)) {
          results.restorePlace(place);
          place = undefined;
        }
      }
    }
    if (signal.aborted || answer === undefined) return;
    if (answer.count === 0) await advise(signal);
    showPages(parts.pages, state.page, lastPage(answer.count), hrefOf);
    finish();
    offerMore(answer, { rowStart, rowCount, pageRows }, makeRow, signal);
    if (countFilters(state) > 0) catalog.prepare(facets); // whoever filters, filters on
    await showCounts(); // of what has come into view meanwhile
  }

  /** Counts the facets that have come into view since the question was asked. */
  async function showCounts() {
    const { signal } = controller;
    const counted = answer;
    const old = views.filter((view) => view.isWanted && view.isOld);
    if (!counted?.isWhole || old.length === 0) return; // those of a question on its way are counted in the end
    try {
      parts.facets.setAttribute("aria-busy", "true");
      for (const view of old) {
        const counts = await counted.countsOf(view.facet.name, signal);
        if (signal.aborted) return;
        view.show(state, counts);
      }
      parts.facets.removeAttribute("aria-busy");
    } catch (error) {
      if (signal.aborted) return;
      parts.facets.removeAttribute("aria-busy");
      tell(error, "", () => showCounts());
    }
  }

  /**
   * Offers the rest of the rows of a page of the list.
   *
   * @param {import("./index/queries.js").Answer} answer
   * @param {{rowStart: number, rowCount: number, pageRows: number}} shown
   * @param {typeof import("./catalog/row-view.js").makeRow} makeRow
   * @param {AbortSignal} signal
   */
  function offerMore(answer, { rowStart, rowCount, pageRows }, makeRow, signal) {
    const rest = Math.min(pageRows, answer.count - rowStart) - rowCount;
    if (rest <= 0) return;
    results.offerMore(rest, async () => {
      try {
        const rows = await answer.rowsFrom(rowStart, pageRows, signal);
        if (!signal.aborted) await results.showRows(rows, answer, makeRow, signal);
      } catch (error) {
        if (signal.aborted) return;
        tell(error, "The list ends before its end.", () => {
          parts.notice.hidden = true;
          offerMore(answer, { rowStart, rowCount, pageRows }, makeRow, signal);
        });
      }
    });
  }

  /** Nothing more will come. */
  function finish() {
    results.done();
    parts.facets.removeAttribute("aria-busy");
  }

  /** @param {{count: number, corrections: string[]}} answer */
  function showCount({ count, corrections }) {
    const filters = countFilters(state) + (state.query === "" ? 0 : 1);
    results.showCount({ count, filters, page: state.page, size: pageSize(state, rowsPerPage) });
    results.showCorrections(corrections);
    parts.empty.hidden = count > 0;
    drawer.update(countFilters(state), `Show ${countText(count)}`);
  }

  const lastPage = (/** @type {number} */ count) => Math.ceil(count / pageSize(state, rowsPerPage));
  const hrefOf = (/** @type {number} */ page) => addressOf({ ...state, page });

  /** Shows what can be said before the index has answered. */
  function showControls() {
    for (const view of views) view.show(state, undefined);
    for (const option of parts.sort.options) option.hidden = option.value === "relevance" && state.query === "";
    parts.sort.value = sortOf(state);
    parts.empty.hidden = true;
    const feed = /** @type {HTMLElement | null} */ (root.querySelector(".feed"));
    if (feed !== null) feed.hidden = addressOf(state) !== location.pathname;
    const filters = names.flatMap((facet) =>
      [...(state.selected.get(facet) ?? [])].map((id) => ({
        kind: head.facet(facet).title,
        title: titleOf(facet, id),
        remove() {
          drop(state, facet, id);
          go();
        },
      })),
    );
    if (state.query !== "") {
      filters.unshift({ kind: "Search", title: `“${state.query}”`, remove: () => clearQuery() });
    }
    showActive(parts.active, filters, clearAll, () => parts.query.focus());
  }

  /** @param {string[]} unknown  Chosen values that the catalog does not have. */
  function forget(unknown) {
    for (const value of unknown) {
      const [facet, ...rest] = value.split("=");
      drop(state, facet, rest.join("="));
    }
    go({ isTyping: true, page: state.page });
    warn(unknown);
  }

  /**
   * Offers to leave one of the filters out, where that would help.
   *
   * @param {AbortSignal} signal
   */
  async function advise(signal) {
    const { catalog, showEmpty } = await engine();
    const facets = [...(state.query === "" ? [] : [null]), ...state.selected.keys()];
    const relaxations = [];
    for (const facet of facets) {
      const relaxed = without(state, facet);
      const question = { query: relaxed.query, sort: "relevance", selected: relaxed.selected };
      let count = 0;
      for await (const answer of catalog.ask(question, { facets: [], rowCount: 0, signal })) ({ count } = answer);
      const act = () => {
        state = relaxed;
        parts.query.value = relaxed.query;
        go();
        parts.query.focus();
      };
      const chosen = (name = "") =>
        [...(state.selected.get(name) ?? [])].map((id) => `${head.facet(name).title}: ${titleOf(name, id)}`);
      if (count > 0) relaxations.push({ title: facet === null ? "the search" : chosen(facet).join(", "), count, act });
    }
    showEmpty(parts.empty, relaxations.sort((a, b) => b.count - a.count), () => {
      clearAll();
      parts.query.focus();
    });
  }

  /**
   * Starts to load what a search needs, without waiting for it.
   *
   * @param {boolean} hasWords  Whether words are about to come; else only the code is loaded.
   */
  async function prepareSearch(hasWords) {
    try {
      const { catalog, reader } = await engine();
      catalog.prepareSearch();
      if (hasWords) reader.prepare();
    } catch {
      // asked for again where it is needed
    }
  }

  function clearQuery() {
    state.query = parts.query.value = "";
    go();
  }

  function clearAll() {
    state = { ...emptyState(), sort: state.sort };
    parts.query.value = "";
    go();
  }

  parts.query.addEventListener("focus", () => prepareSearch(true), { once: true });
  parts.query.addEventListener("input", () => {
    state.query = parts.query.value.trim();
    go({ isTyping: true });
  });
  parts.query.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && parts.query.value !== "") {
      event.preventDefault();
      parts.query.value = state.query = "";
      go({ isTyping: true });
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (root.querySelector(".rows h2 a"))?.focus();
    }
  });
  parts.sort.addEventListener("change", () => {
    state.sort = parts.sort.value;
    go();
  });
  parts.form.addEventListener("submit", (event) => event.preventDefault());
  parts.pages.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go({ page: Number(link.dataset.page) });
    results.begin();
  });
  addEventListener("keydown", (event) => {
    const isWriting =
      event.target instanceof Element && event.target.matches("input:not([type=checkbox]), select, textarea, dialog *");
    if (event.key !== "/" || isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    parts.query.focus();
    parts.query.select();
  });
  root.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest(".mark, .open-basket, .copy-link");
    if (button === null) return;
    try {
      (await basket()).act(/** @type {HTMLElement} */ (button));
    } catch (error) {
      tell(error, "Datasets cannot be marked.", () => /** @type {HTMLElement} */ (button).click());
    }
  });
  addEventListener("popstate", restore);
  addEventListener("pagehide", remember);
  history.scrollRestoration = "manual";

  root.classList.add("is-interactive");
  parts.form.hidden = false;
  restore();
  // By the time somebody marks a dataset or types, it is here.
  basket().catch(() => {}); // asked for again where it is needed
  setTimeout(() => prepareSearch(false), 1500);
}

/**
 * Whether a state is that of the page as it comes: the beginning of the whole catalog.
 *
 * @param {import("./catalog/state.js").State} state
 */
function isWhole(state) {
  return state.query === "" && state.selected.size === 0 && state.page === 1 && sortOf(state) === "downloads";
}

/**
 * A load that is begun when it is asked for first, and again after it has failed.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @returns {() => Promise<T>}
 */
function once(load) {
  /** @type {Promise<T> | undefined} */
  let loading;
  return () => {
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
