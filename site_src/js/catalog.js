/**
 * The interactive catalog: filters that combine, search and sort, with their state in the address. The page it starts
 * from works without it, and stays as it is where the catalog's index cannot be loaded.
 */

import { Catalog, UNSTATED } from "./index/catalog.js";
import { IndexError, IndexReader } from "./index/reader.js";
import { startBasket } from "./basket/start.js";
import { showActive } from "./catalog/active.js";
import { countText, makeButton } from "./catalog/elements.js";
import { makeFacets } from "./catalog/facets.js";
import { Results, showEmpty } from "./catalog/results.js";
import { makeSheet } from "./catalog/sheet.js";
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

await start();

async function start() {
  try {
    const reader = await IndexReader.open(new URL(/** @type {string} */ (root.dataset.index), location.href).href);
    root.classList.remove("is-failed");
    parts.notice.hidden = true;
    run(reader);
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
      ? makeButton("The catalog may have been published anew: load the page again", "plain", () => location.reload())
      : makeButton("Try again", "plain", retry),
  );
  parts.notice.hidden = false;
}

/** @param {IndexReader} reader */
function run(reader) {
  const catalog = new Catalog(reader);
  const names = [...reader.facets.keys()];
  /** @type {Map<string, string>}  Titles of values that the head does not list, as far as they were seen. */
  const titles = new Map();
  let state = emptyState();
  let controller = new AbortController();

  const narrow = matchMedia("(max-width: 56rem)");
  const views = makeFacets(parts.facets, reader, {
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
    open: () => show(),
    fail: (error) => tell(error, "", () => show()),
  }, !narrow.matches);
  const sheet = makeSheet(parts.facets, /** @type {HTMLButtonElement} */ (part(".open-filters")));
  const basket = startBasket(root, reader, catalog, home);
  const results = new Results(
    { rows: part(".rows"), count: part(".count"), note: part(".note"), pages: parts.pages, status: part(".status") },
    { template: /** @type {HTMLTemplateElement} */ (part("template")), home },
    basket.decorate,
    () => parts.query.focus(),
  );

  const titleOf = (/** @type {string} */ facet, /** @type {string} */ id) => {
    const { ids, titles: listed = ids } = reader.facet(facet).values;
    return id === UNSTATED ? "None stated" : (listed[ids.indexOf(id)] ?? titles.get(`${facet}=${id}`) ?? id);
  };
  const addressOf = (/** @type {import("./catalog/state.js").State} */ shown) =>
    location.pathname + formatState(shown, names);

  /** Takes the state from the address, and where the list was scrolled to from the history. */
  function restore() {
    const parsed = parseState(location.search, names, (facet, value) => spellValue(reader.facet(facet), value));
    state = parsed.state;
    parts.query.value = state.query;
    parts.notice.hidden = true;
    if (parsed.ignored.length > 0) warn(parsed.ignored);
    const scroll = history.state?.scroll;
    show(() => {
      if (typeof scroll === "number") scrollTo({ top: scroll, behavior: "instant" });
    });
  }

  /** @param {string[]} ignored */
  function warn(ignored) {
    parts.notice.textContent = `The catalog has no ${ignored.join(", no ")}; that part of the link is ignored.`;
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
    history.replaceState({ scroll: scrollY }, "");
  }

  /**
   * Asks the index, and shows what it answers as it comes. A newer question ends this one.
   *
   * @param {() => void} [shown]  Called when the first rows are on the page.
   */
  async function show(shown) {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    showControls();
    const facets = views.filter((view) => view.isOpen).map((view) => view.facet.name);
    const question = { query: state.query, sort: sortOf(state), selected: state.selected };
    const rowCount = pageSize(state, rowsPerPage);
    const rowStart = (state.page - 1) * rowCount;
    results.wait();
    parts.facets.setAttribute("aria-busy", "true");
    try {
      /** @type {unknown} */
      let rowsShown = null;
      for await (const answer of catalog.ask(question, { facets, rowStart, rowCount, signal })) {
        if (signal.aborted) return;
        if (answer.unknown.length > 0) return forget(answer.unknown);
        if (rowStart > 0 && rowStart >= answer.count) {
          return go({ isTyping: true, page: Math.max(1, Math.ceil(answer.count / rowCount)) });
        }
        for (const view of views) if (view.isOpen) view.show(state, answer.counts.get(view.facet.name));
        showCount(answer);
        if (answer.rows !== null && answer.rows !== rowsShown) {
          rowsShown = answer.rows;
          await results.showRows(answer.rows, answer, signal);
          if (signal.aborted) return;
          shown?.();
          shown = undefined;
        }
        if (answer.isWhole && answer.count === 0) await advise(signal);
      }
      results.done();
      parts.facets.removeAttribute("aria-busy");
      if (countFilters(state) > 0) catalog.prepare(facets); // whoever filters, filters on
    } catch (error) {
      if (signal.aborted) return;
      results.done();
      tell(error, "The list below is the one of before.", () => {
        parts.notice.hidden = true;
        show(shown);
      });
    }
  }

  /** @param {import("./index/catalog.js").Answer} answer */
  function showCount(answer) {
    const filters = countFilters(state) + (state.query === "" ? 0 : 1);
    const hrefOf = (/** @type {number} */ page) => addressOf({ ...state, page });
    results.showCount({ count: answer.count, filters, page: state.page, size: pageSize(state, rowsPerPage), hrefOf });
    results.showCorrections(answer.corrections);
    parts.empty.hidden = answer.count > 0;
    sheet.update(countFilters(state), `Show ${countText(answer.count)}`);
  }

  /** Shows what can be said before the index has answered. */
  function showControls() {
    for (const view of views) view.show(state, undefined);
    for (const option of parts.sort.options) option.hidden = option.value === "relevance" && state.query === "";
    parts.sort.value = sortOf(state);
    parts.empty.hidden = true;
    basket.showSearch(addressOf(state) === location.pathname);
    const filters = names.flatMap((facet) =>
      [...(state.selected.get(facet) ?? [])].map((id) => ({
        kind: reader.facet(facet).title,
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
        [...(state.selected.get(name) ?? [])].map((id) => `${reader.facet(name).title}: ${titleOf(name, id)}`);
      if (count > 0) relaxations.push({ title: facet === null ? "the search" : chosen(facet).join(", "), count, act });
    }
    showEmpty(parts.empty, relaxations.sort((a, b) => b.count - a.count), () => {
      clearAll();
      parts.query.focus();
    });
  }

  function prepareSearch() {
    catalog.prepareSearch();
    reader.prepare();
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

  parts.query.addEventListener("focus", prepareSearch, { once: true });
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
  addEventListener("popstate", restore);
  addEventListener("pagehide", remember);
  history.scrollRestoration = "manual";

  root.classList.add("is-interactive");
  parts.form.hidden = false;
  restore();
  // By the time somebody types, it is here.
  setTimeout(() => catalog.prepareSearch(), 1500);
}
