/**
 * The interactive catalog: filters that combine, search and sort, with their state in the address. The page it starts
 * from works without it, and stays as it is where the catalog's file cannot be loaded.
 */

import { loadCatalog } from "./data.js";
import { makeFacets, showFacets } from "./facets.js";
import { find, findRelaxations } from "./filter.js";
import { make, makeRow } from "./rows.js";
import { makeSheet } from "./sheet.js";
import { choose, countFilters, drop, emptyState, formatState, parseState, sortOf } from "./state.js";

const numbers = new Intl.NumberFormat("en");
const root = /** @type {HTMLElement} */ (document.querySelector("[data-catalog]"));
const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
const parts = {
  form: /** @type {HTMLFormElement} */ (part(".toolbar")),
  query: /** @type {HTMLInputElement} */ (part("#q")),
  sort: /** @type {HTMLSelectElement} */ (part("#sort")),
  notice: part(".notice"),
  count: part(".count"),
  active: part(".active"),
  rows: part(".rows"),
  empty: part(".empty"),
  more: part(".more"),
  facets: part(".facets"),
  template: /** @type {HTMLTemplateElement} */ (part("template")),
};
const rowsPerPage = Number(root.dataset.rows);

await start();

async function start() {
  const url = /** @type {string} */ (root.dataset.catalog);
  try {
    const catalog = await loadCatalog(url);
    parts.notice.hidden = true;
    run(catalog);
  } catch (error) {
    const retry = /** @type {HTMLButtonElement} */ (make("button", "Try again", "plain"));
    retry.addEventListener("click", () => start());
    const name = url.split("/").at(-1);
    const reason = error instanceof Error ? error.message : String(error);
    parts.notice.replaceChildren(
      `The catalog's file ${name} could not be loaded (${reason}), so that search and combined filters do not work. `,
      "The list below and the links to each value do. ",
      retry,
    );
    parts.notice.hidden = false;
  }
}

/** @param {import("./data.js").Catalog} catalog */
function run(catalog) {
  const names = catalog.facets.map((facet) => facet.name);
  const known = new Map(
    catalog.facets.map((facet) => [
      facet.name,
      new Map(facet.values.map((value) => [value.id.toLowerCase(), value.id])),
    ]),
  );
  const views = makeFacets(parts.facets, catalog.facets, (facet, value, isChosen) => {
    if (isChosen) choose(state, facet, value);
    else drop(state, facet, value);
    go();
  });
  const sheet = makeSheet(parts.facets, /** @type {HTMLButtonElement} */ (part(".open-filters")));

  let state = emptyState();
  /** @type {import("./filter.js").Found} */
  let found = { datasets: [], counts: new Map() };
  let shown = rowsPerPage;
  /** @type {unknown[]} */
  let listed = catalog.rows.slice(0, parts.rows.children.length); // what the server put there

  const titleOf = (/** @type {string} */ facet, /** @type {string} */ value) =>
    catalog.values.get(facet)?.get(value)?.title ?? value;
  const facetTitle = (/** @type {string} */ name) => catalog.facets.find((facet) => facet.name === name)?.title ?? name;

  /** Takes the state from the address, and how much of the list was shown from the history. */
  function restore() {
    const { state: asked, ignored } = parseState(location.search, known);
    state = asked;
    shown = Math.max(rowsPerPage, history.state?.shown ?? 0);
    parts.query.value = state.query;
    parts.notice.textContent =
      ignored.length > 0 ? `The catalog has no ${ignored.join(", no ")}; that part of the link is ignored.` : "";
    parts.notice.hidden = ignored.length === 0;
    show();
    if (typeof history.state?.scroll === "number") scrollTo({ top: history.state.scroll, behavior: "instant" });
  }

  /** Shows the state and puts it into the address: as a new entry of the history, or in place of the last. */
  function go(isTyping = false) {
    const address = location.pathname + formatState(state, names);
    parts.notice.hidden = true;
    shown = rowsPerPage;
    if (address !== location.pathname + location.search) {
      if (isTyping) history.replaceState({ shown }, "", address);
      else {
        remember();
        history.pushState({ shown }, "", address);
      }
    }
    show();
  }

  /** Notes in the history what Back has to bring back. */
  function remember() {
    history.replaceState({ shown, scroll: scrollY }, "");
  }

  function show() {
    found = find(catalog.rows, state, names);
    showFacets(views, state, found.counts, numbers);
    for (const option of parts.sort.options) option.hidden = option.value === "relevance" && state.query === "";
    parts.sort.value = sortOf(state);
    showRows();
    showActive();
    showEmpty();
    const count = found.datasets.length;
    parts.count.textContent = countText(count);
    sheet.update(countFilters(state), `Show ${countText(count)}`);
  }

  function showRows() {
    const wanted = found.datasets.slice(0, shown);
    const isContinued = listed.length <= wanted.length && listed.every((row, index) => row === wanted[index]);
    if (!isContinued) {
      parts.rows.replaceChildren();
      listed = [];
    }
    const added = wanted.slice(listed.length);
    parts.rows.append(
      ...added.map((row) => makeRow(parts.template, /** @type {import("./data.js").Row} */ (row), catalog, numbers)),
    );
    listed = wanted;
    const left = found.datasets.length - wanted.length;
    parts.more.hidden = left === 0;
    parts.more.textContent = `Show ${numbers.format(Math.min(left, rowsPerPage))} more of ${numbers.format(left)}`;
  }

  function showActive() {
    const buttons = [];
    if (state.query !== "") {
      buttons.push(chip("Search", `“${state.query}”`, () => {
        state.query = parts.query.value = "";
      }));
    }
    for (const facet of names) {
      for (const value of state.selected.get(facet) ?? []) {
        buttons.push(chip(facetTitle(facet), titleOf(facet, value), () => drop(state, facet, value)));
      }
    }
    if (buttons.length > 1) buttons.push(clearButton("Clear all"));
    parts.active.replaceChildren(
      ...buttons.map((button) => {
        const entry = make("li");
        entry.append(button);
        return entry;
      }),
    );
    parts.active.hidden = buttons.length === 0;
  }

  function showEmpty() {
    const isEmpty = found.datasets.length === 0;
    parts.empty.hidden = !isEmpty;
    parts.empty.replaceChildren();
    if (!isEmpty) return;
    parts.empty.append(make("p", "No dataset fits all of these.", "lead"));
    const relaxations = findRelaxations(catalog.rows, state, names);
    const list = make("ul");
    for (const { facet, count } of relaxations) {
      const what =
        facet === null
          ? "the search"
          : [...(state.selected.get(facet) ?? [])].map((value) => `${facetTitle(facet)}: ${titleOf(facet, value)}`).join(", ");
      const button = make("button", `Without ${what}`, "plain");
      button.addEventListener("click", () => {
        if (facet === null) state.query = parts.query.value = "";
        else drop(state, facet);
        go();
        parts.query.focus();
      });
      const entry = make("li");
      entry.append(button, ` ${countText(count)}`);
      list.append(entry);
    }
    if (relaxations.length > 0) parts.empty.append(list);
    else if (countFilters(state) > 0) parts.empty.append(make("p", "It would not help to drop one of them alone."));
    parts.empty.append(clearButton("Clear all filters and the search"));
  }

  /**
   * @param {string} kind
   * @param {string} title
   * @param {() => void} remove
   */
  function chip(kind, title, remove) {
    const button = make("button", "", "chip");
    button.append(make("span", `Remove ${kind}: `, "hidden"), title);
    button.addEventListener("click", () => {
      const position = [...parts.active.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (button));
      remove();
      go();
      const rest = [...parts.active.querySelectorAll("button")];
      (rest[Math.min(position, rest.length - 1)] ?? parts.query).focus();
    });
    return button;
  }

  /** @param {string} text */
  function clearButton(text) {
    const button = make("button", text, "plain");
    button.addEventListener("click", () => {
      state = { ...emptyState(), sort: state.sort };
      parts.query.value = "";
      go();
      parts.query.focus();
    });
    return button;
  }

  parts.query.addEventListener("input", () => {
    state.query = parts.query.value.trim();
    go(true);
  });
  parts.query.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || parts.query.value === "") return;
    event.preventDefault();
    parts.query.value = state.query = "";
    go(true);
  });
  parts.sort.addEventListener("change", () => {
    state.sort = parts.sort.value;
    go();
  });
  parts.form.addEventListener("submit", (event) => event.preventDefault());
  parts.more.addEventListener("click", () => {
    const next = listed.length;
    shown += rowsPerPage;
    showRows();
    remember();
    /** @type {HTMLElement | null} */ (parts.rows.children[next]?.querySelector("a"))?.focus();
  });
  addEventListener("keydown", (event) => {
    const isWriting = event.target instanceof Element && event.target.matches("input:not([type=checkbox]), select, textarea");
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
}

/** @param {number} count */
function countText(count) {
  return `${numbers.format(count)} dataset${count === 1 ? "" : "s"}`;
}
