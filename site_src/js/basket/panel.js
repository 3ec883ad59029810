/**
 * The comparison of marked datasets, side by side, and the list to take away. It is loaded when it is opened first.
 */

import { make, makeButton, numbers, plural, unseen } from "../catalog/elements.js";
import { hrefOf } from "../catalog/results.js";
import { MOST, formatList } from "./basket.js";
import { missing, titlesOf, toBibtex, toCsv, toJson } from "./exports.js";
import { findDataset } from "./find.js";

/**
 * @typedef {import("./basket.js").Marked} Marked
 *
 * @typedef {object} PanelContext
 * @property {HTMLElement} root
 * @property {import("./basket.js").Basket} basket
 * @property {import("../index/queries.js").Catalog} catalog
 * @property {string} home
 * @property {string} seen  ISO 8601 date of the catalog.
 * @property {import("../index/head.js").ComparisonLine[]} comparison  The facets to compare and to export.
 * @property {string[]} [shared]  Addresses of a list that came with a link; else the basket is shown.
 * @property {() => void} update  Called when the basket has changed.
 * @property {string} notKept  What to say where the browser does not keep what is marked.
 */

/** @typedef {[string, (dataset: Marked) => string]} Line  Its title, and what it says of a dataset. */

/** @type {Line[]} */
const FIGURES = [
  ["Downloads, 30 days", (dataset) => figureText(dataset.downloads)],
  ["Likes", (dataset) => figureText(dataset.likes)],
  ["Last change", (dataset) => dataset.changed ?? ""],
  ["Added", (dataset) => dataset.added ?? ""],
];

/**
 * @param {import("../index/head.js").ComparisonLine[]} comparison
 * @returns {Line[]}
 */
function linesOf(comparison) {
  const facets = [{ facet: "publisher", title: "Publisher" }, ...comparison];
  return [
    ...facets.map(({ facet, title }) => /** @type {Line} */ ([title, (dataset) => valuesText(dataset, facet)])),
    ...FIGURES,
  ];
}

/**
 * @param {PanelContext} context
 * @returns {{refresh: () => void, isDone: Promise<void>}}  What shows it anew when another tab has changed the basket,
 *   and when all that it waits for is here.
 */
export function showPanel({ root, basket, catalog, home, seen, comparison, shared, update, notKept }) {
  const controller = new AbortController();
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", "", "panel"));
  const title = make("h2", shared ? "A list that somebody shared" : "Marked datasets");
  title.id = "panel-title";
  title.tabIndex = -1;
  dialog.setAttribute("aria-labelledby", title.id);
  const body = make("div", "", "panel-body");
  const note = make("p", "", "fine");
  note.role = "status";
  const foot = make("div", "", "panel-foot");
  const close = makeButton("Close", "plain", () => dialog.close());
  dialog.append(make("div", [title, close], "drawer-head"), body, foot);
  dialog.addEventListener("close", () => {
    controller.abort();
    dialog.remove();
    if (shared) history.replaceState(history.state, "", location.pathname + withoutList(location.search));
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  root.append(dialog);
  dialog.showModal();
  title.focus();

  /** @type {Marked[]} */
  let list = shared ? [] : basket.datasets;
  const absolute = (/** @type {string} */ address) => new URL(hrefOf(address, home), location.href).href;

  function show() {
    if (!shared && !basket.isKept) note.textContent = notKept;
    if (list.length === 0) {
      const nothing = "Nothing is marked. Each dataset of the list has a button “Mark”.";
      body.replaceChildren(make("p", shared ? "Looking for its datasets …" : nothing), note);
      foot.replaceChildren();
      return;
    }
    const remove = (/** @type {Marked} */ dataset) => {
      basket.remove(dataset.address);
      list = basket.datasets;
      update();
      show();
      title.focus();
    };
    body.replaceChildren(makeTable(list, linesOf(comparison), home, shared ? null : remove), note);
    const exports = [
      download("CSV", "datasets.csv", "text/csv", () => toCsv(list, comparison, absolute)),
      download("JSON", "datasets.json", "application/json", () => toJson(list, comparison, absolute)),
      download("BibTeX", "datasets.bib", "application/x-bibtex", () => toBibtex(list, absolute)),
      makeButton("Copy a link", "button quiet", async () => {
        const link = `${location.origin}${location.pathname}?list=${formatList(list)}`;
        try {
          await navigator.clipboard.writeText(link);
          note.textContent = "The link to this list was copied.";
        } catch {
          note.textContent = link;
        }
      }),
    ];
    const last = shared
      ? makeButton("Mark them all", "button", () => {
          const left = basket.add(list);
          update();
          note.textContent = [
            left === 0 ? "They are marked." : `${plural(MOST, "dataset")} are marked, and there is no room for ${numbers.format(left)} of these.`,
            ...(basket.isKept ? [] : [notKept]),
          ].join(" ");
        })
      : makeButton("Unmark all", "plain", () => {
          basket.clear();
          list = [];
          update();
          show();
          title.focus();
        });
    foot.replaceChildren(...exports, last);
  }

  show();
  const wanted = shared ?? list.filter((dataset) => dataset.seen !== seen).map(({ address }) => address);
  return { refresh, isDone: bringUpToDate() };

  /** Shows what is marked now; the focus stays, or goes to the title where what had it is gone. */
  function refresh() {
    if (shared || !dialog.open) return;
    list = basket.datasets;
    const had = dialog.contains(document.activeElement) && document.activeElement !== title;
    const label = document.activeElement?.textContent ?? "";
    const top = body.querySelector(".compare")?.scrollLeft ?? 0;
    show();
    body.querySelector(".compare")?.scrollTo({ left: top });
    if (!had || dialog.contains(document.activeElement)) return;
    const same = [...dialog.querySelectorAll("a, button")].find((each) => each.textContent === label);
    /** @type {HTMLElement} */ (same ?? title).focus();
  }

  /** Facts of another day are read again; a list of a link is read at all. */
  async function bringUpToDate() {
    /** @type {string[]} */
    const gone = [];
    try {
      for (const address of wanted) {
        const found = await findDataset(catalog, address, seen, controller.signal);
        if (found === null) gone.push(address);
        else if (shared) list.push(found);
        else if (basket.has(address)) basket.add([found]);
        if (shared && found !== null) show();
      }
    } catch (error) {
      if (!controller.signal.aborted) note.textContent = error instanceof Error ? error.message : String(error);
      return;
    }
    if (!shared && wanted.length > gone.length) {
      list = basket.datasets;
      show();
    }
    const names = gone.map((address) => address.slice("/datasets/".length, -".html".length)).join(", ");
    if (shared && list.length === 0) body.replaceChildren(make("p", "The catalogue has none of its datasets."), note);
    if (gone.length > 0) note.textContent = `No longer in the catalogue: ${names}.`;
  }
}

/**
 * One column a dataset.
 *
 * @param {Marked[]} datasets
 * @param {Line[]} lines
 * @param {string} home
 * @param {((dataset: Marked) => void) | null} remove
 */
function makeTable(datasets, lines, home, remove) {
  const heads = datasets.map((dataset) => {
    const link = /** @type {HTMLAnchorElement} */ (make("a", dataset.title));
    link.href = hrefOf(dataset.address, home);
    const head = make("th", [link]);
    head.setAttribute("scope", "col");
    if (remove) head.append(makeButton(["Unmark", unseen(` ${dataset.title}`)], "plain", () => remove(dataset)));
    return head;
  });
  const rows = lines.map(([name, textOf]) => {
    const head = make("th", name);
    head.setAttribute("scope", "row");
    const cells = datasets.map((dataset) => {
      const text = textOf(dataset);
      return make("td", text === "" ? "not stated" : text, text === "" ? "unstated" : undefined);
    });
    return make("tr", [head, ...cells]);
  });
  const corner = make("td", [unseen("Fact")]);
  const table = make("table", [make("thead", [make("tr", [corner, ...heads])]), make("tbody", rows)]);
  const scroller = make("div", [table], "compare");
  scroller.tabIndex = 0; // it may be wider than the screen
  scroller.role = "region";
  scroller.setAttribute("aria-label", "Comparison");
  return scroller;
}

/**
 * @param {string} name
 * @param {string} file
 * @param {string} type
 * @param {() => string} write
 */
function download(name, file, type, write) {
  return makeButton(name, "button quiet", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([write()], { type: `${type};charset=utf-8` }));
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}

/**
 * @param {Marked} dataset
 * @param {string} facet
 */
function valuesText(dataset, facet) {
  const more = missing(dataset, facet);
  return [...titlesOf(dataset, facet), ...(more > 0 ? [`and ${numbers.format(more)} more`] : [])].join(", ");
}

/** @param {number | null} figure */
function figureText(figure) {
  return figure === null ? "" : numbers.format(figure);
}

/** @param {string} search */
function withoutList(search) {
  const rest = search.replace(/^\?/, "").split("&").filter((part) => part !== "" && !part.startsWith("list="));
  return rest.length > 0 ? `?${rest.join("&")}` : "";
}
