/**
 * Starts the interactive catalog: reads the head of the index, and connects the controller with the controls of the page.
 * The page works without it, and stays as it is where the index cannot be loaded.
 */

import { Head, IndexError } from "../index/head.js";
import { CatalogController } from "./controller.js";
import { makeButton } from "./elements.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-index]"));
const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
const parts = {
  form: /** @type {HTMLFormElement} */ (part(".toolbar")),
  query: /** @type {HTMLInputElement} */ (part("#q")),
  sort: /** @type {HTMLSelectElement} */ (part("#sort")),
  opener: /** @type {HTMLButtonElement} */ (part(".open-filters")),
  template: /** @type {HTMLTemplateElement} */ (part("template")),
  feed: /** @type {HTMLElement | null} */ (root.querySelector(".feed")),
  active: part(".active"),
  empty: part(".empty"),
  facets: part(".facets"),
  rows: part(".rows"),
  count: part(".count"),
  note: part(".results > .note"),
  offers: part(".offers"),
  more: part(".more"),
  status: part(".status"),
  pages: part(".pages"),
};
const home = /** @type {string} */ (root.dataset.home);

const PAUSES = [2_000, 8_000, 30_000]; // milliseconds before what failed is tried again
const FORGOTTEN = 120_000; // milliseconds after which a failure begins with the first pause again
let tries = 0;
let lastTry = 0;
let waiting = 0;
let tryNow = () => {};
addEventListener("online", () => tryNow());

/** The line above the list that says what failed. @type {import("./controller.js").Notice} */
const notice = {
  tell(error, consequence, retry) {
    console.error(error);
    const isOld = error instanceof IndexError && error.isMissing;
    const message =
      error instanceof IndexError
        ? `A part of the catalogue could not be loaded: ${error.reason}.`
        : "A part of this page could not be loaded.";
    const reload = "The catalogue may have been published anew: load the page again";
    // Browsers keep scripts that failed, and a page of an old index has no other: both take a new page, with the same address.
    const isReload = isOld || !(error instanceof IndexError);
    tryNow = isReload ? () => location.reload() : retry;
    part(".notice").replaceChildren(
      `${message} ${consequence} `,
      makeButton(isOld ? reload : "Try again", "plain", tryNow),
    );
    part(".notice").hidden = false;
    if (performance.now() - lastTry > FORGOTTEN) tries = 0;
    clearTimeout(waiting);
    if (isReload || tries >= PAUSES.length) return;
    waiting = setTimeout(() => tryNow(), PAUSES[tries]);
    tries += 1;
    lastTry = performance.now();
  },
  warn(ignored) {
    part(".notice").textContent = `The catalogue has no ${ignored.join(", no ")}; that part of the link is ignored.`;
    part(".notice").hidden = false;
  },
  hide() {
    clearTimeout(waiting);
    tryNow = () => {};
    part(".notice").hidden = true;
  },
};

/** The modules that answer questions; the first view does not need them. */
const loadEngine = once(async () => {
  const [{ Catalog }, { IndexReader }, { makeRow }, { showPages }, empty, notes, suggestions] = await Promise.all([
    import("../index/queries.js"),
    import("../index/reader.js"),
    import("./row-view.js"),
    import("./pages.js"),
    import("./empty.js"),
    import("./search-notes.js"),
    import("./suggestions.js"),
    // The modules that the first two import: named here, so that none waits for another.
    import("../index/bitset.js"),
    import("../index/bytes.js"),
    import("../index/columns.js"),
    import("../index/request-cache.js"),
    import("../index/orders.js"),
    import("../index/scheduler.js"),
    import("../index/row-decoder.js"),
    import("../index/shards.js"),
  ]);
  return { Catalog, IndexReader, makeRow, showPages, ...empty, ...notes, ...suggestions };
});

root.querySelector(".late")?.remove();
await start();

async function start() {
  try {
    if (location.search !== "") loadEngine().catch(() => {}); // loaded again where it is needed
    const head = await Head.read(new URL(/** @type {string} */ (root.dataset.index), location.href).href);
    root.classList.remove("is-failed");
    notice.hide();
    run(head);
  } catch (error) {
    const isAsked = location.search.length > 1;
    if (!isAsked) root.classList.add("is-failed");
    const consequence = isAsked
      ? "Search and filters do not work, so that the list you asked for is not shown."
      : "Search and combined filters do not work. The list below and the links to each value do.";
    notice.tell(error, consequence, start);
  }
}

/** @param {Head} head */
function run(head) {
  const engine = once(async () => {
    const { Catalog, IndexReader, ...views } = await loadEngine();
    const reader = new IndexReader(head.head, head.url);
    return { reader, catalog: new Catalog(reader), ...views };
  });
  let isMarked = (/** @type {string} */ _address) => false;
  const controller = new CatalogController(head, parts, notice, engine, {
    home,
    rowsPerPage: Number(root.dataset.rows),
    isMarked: (address) => isMarked(address),
  });
  const basket = once(async () => {
    const [{ reader, catalog }, { startBasket }] = await Promise.all([
      engine(),
      import("../basket/start.js"),
      import("../basket/basket.js"),
    ]);
    const rowOf = (/** @type {string} */ address) => {
      const index = head.head.rows?.address.indexOf(address) ?? -1;
      const { rows } = head.head;
      return controller.row(address) ?? (rows === null || index < 0 ? undefined : reader.rowOf(rows, index, index));
    };
    const controls = startBasket(root, reader, catalog, home, rowOf);
    isMarked = controls.has;
    return controls;
  });

  listen(controller);
  root.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest(".mark, .open-basket, .copy-link");
    if (button === null) return;
    try {
      (await basket()).act(/** @type {HTMLElement} */ (button));
    } catch (error) {
      notice.tell(error, "Datasets cannot be marked.", () => /** @type {HTMLElement} */ (button).click());
    }
  });
  root.classList.add("is-interactive");
  parts.form.hidden = false;
  controller.restore();
  // By the time somebody marks a dataset or types, it is here.
  basket().catch(() => {}); // loaded again where it is needed
  setTimeout(() => controller.prepareSearch(false), 1500);
}

/**
 * Lets the controls of the page, and the keyboard, act on the controller.
 *
 * @param {CatalogController} controller
 */
function listen(controller) {
  const { form, pages, query, sort } = parts;
  query.addEventListener("focus", () => controller.prepareSearch(true), { once: true });
  query.addEventListener("input", () => controller.search(query.value));
  query.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && query.value !== "") {
      event.preventDefault();
      query.value = "";
      controller.search("");
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (parts.rows.querySelector("h2 a"))?.focus();
    }
  });
  parts.rows.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    const { facet, value } = link?.dataset ?? {};
    if (link === null || facet === undefined || value === undefined) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    controller.filter(facet, value, link.textContent ?? value);
  });
  sort.addEventListener("change", () => controller.sort(sort.value));
  form.addEventListener("submit", (event) => event.preventDefault());
  pages.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    controller.turnTo(Number(link.dataset.page));
  });
  addEventListener("keydown", (event) => {
    const isWriting =
      event.target instanceof Element && event.target.matches("input:not([type=checkbox]), select, textarea, dialog *");
    if (event.key !== "/" || isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    query.focus();
    query.select();
  });
  addEventListener("popstate", () => controller.restore());
  addEventListener("pagehide", () => controller.remember());
}

/**
 * A load that begins at the first call, and again after it has failed.
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
