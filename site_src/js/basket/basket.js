/**
 * The datasets that a reader has marked, and how they are kept in the browser; it must not touch the page.
 *
 * What is kept may have been written by any other site of the same host: nothing of it is trusted but its shape.
 */

const FORMAT = 1;
export const MOST = 100;
const LONGEST = 500; // characters of a text
const MOST_VALUES = 8;

/**
 * @typedef {object} Marked  A dataset as the catalog described it when it was marked.
 * @property {string} address  On the site, without its base path.
 * @property {string} title
 * @property {Record<string, {id: string, title: string}[]>} values  By facet.
 * @property {Record<string, number>} valueCounts  By facet, where there are more values than `values` holds.
 * @property {number | null} downloads
 * @property {number | null} likes
 * @property {string | null} changed  ISO 8601 date.
 * @property {string | null} added  ISO 8601 date.
 * @property {string} seen  ISO 8601 date of the catalog that said so.
 */

/**
 * @param {import("../index/row-decoder.js").Row} row
 * @param {string} seen
 * @returns {Marked}
 */
export function markOf(row, seen) {
  const { address, title, values, valueCounts, downloads, likes, changed, added } = row;
  return { address, title, values, valueCounts, downloads, likes, changed, added, seen };
}

/**
 * Reads what was kept; whatever is not as it should be is left out.
 *
 * @param {string | null} text
 * @param {string[]} facets  Those of which values are read.
 * @returns {Marked[]}
 */
export function parseMarked(text, facets) {
  /** @type {any} */
  let kept;
  try {
    kept = JSON.parse(text ?? "null");
  } catch {
    return [];
  }
  if (kept?.format !== FORMAT || !Array.isArray(kept.datasets)) return [];
  /** @type {Map<string, Marked>} */
  const found = new Map();
  for (const each of kept.datasets.slice(0, MOST)) {
    if (!isAddress(each?.address) || typeof each.title !== "string") continue;
    found.set(each.address, {
      address: each.address,
      title: each.title.slice(0, LONGEST),
      values: Object.fromEntries(facets.map((facet) => [facet, parseValues(each.values?.[facet])])),
      valueCounts: Object.fromEntries(
        facets.flatMap((facet) => {
          const count = parseFigure(each.valueCounts?.[facet]);
          return count === null ? [] : [[facet, count]];
        }),
      ),
      downloads: parseFigure(each.downloads),
      likes: parseFigure(each.likes),
      changed: parseDay(each.changed),
      added: parseDay(each.added),
      seen: parseDay(each.seen) ?? "",
    });
  }
  return [...found.values()];
}

/** @param {Marked[]} datasets */
export function formatMarked(datasets) {
  return JSON.stringify({ format: FORMAT, datasets });
}

/**
 * Whether a text is the address of a dataset's page and cannot be taken for anything else.
 *
 * @param {unknown} text
 * @returns {text is string}
 */
export function isAddress(text) {
  if (typeof text !== "string" || text.length > LONGEST) return false;
  return /^\/datasets\/[^/\\?#]+\/[^/\\?#]+\.html$/.test(text) && !text.split("/").includes("..");
}

/**
 * The part of a link that names datasets: `servicenow/repliqa,example-org/tides`.
 *
 * @param {{address: string}[]} datasets
 */
export function formatList(datasets) {
  return datasets
    .map(({ address }) => address.slice("/datasets/".length, -".html".length))
    .map((name) => name.split("/").map(encodeURIComponent).join("/"))
    .join(",");
}

/**
 * The addresses that a link names.
 *
 * @param {string} search  As in `location.search`.
 * @returns {string[] | null}  null where it names no list.
 */
export function parseList(search) {
  const part = search.replace(/^\?/, "").split("&").find((each) => each.startsWith("list="));
  if (part === undefined) return null;
  const addresses = part.slice("list=".length).split(",").map((name) => `/datasets/${decode(name)}.html`);
  return [...new Set(addresses.filter(isAddress))].slice(0, MOST);
}

/**
 * What is marked, in this tab and, through the browser's storage, in others.
 *
 * Each change begins with what is kept now: another tab, or a page that comes back from the history, may have changed it.
 */
export class Basket {
  #storage;
  #key;
  #facets;
  /** @type {Map<string, Marked>} */
  #marked = new Map();
  #isKept = true;

  /**
   * @param {Pick<Storage, "getItem" | "setItem"> | null} storage  null where the browser gives none.
   * @param {string} key
   * @param {string[]} facets  Those of which a marked dataset keeps its values.
   */
  constructor(storage, key, facets) {
    this.#storage = storage;
    this.#key = key;
    this.#facets = facets;
    this.read();
  }

  /** @returns {Marked[]}  In the order in which they were marked. */
  get datasets() {
    return [...this.#marked.values()];
  }

  get size() {
    return this.#marked.size;
  }

  get isFull() {
    return this.#marked.size >= MOST;
  }

  /** Whether the last change is kept; else it is lost when the page is closed. */
  get isKept() {
    return this.#isKept;
  }

  /** @param {string} address */
  has(address) {
    return this.#marked.has(address);
  }

  /**
   * Adds datasets, or replaces what is known of them, as far as there is room.
   *
   * @param {Marked[]} datasets
   * @returns {number}  How many found no room.
   */
  add(datasets) {
    this.read();
    let left = 0;
    for (const dataset of datasets) {
      if (this.has(dataset.address) || !this.isFull) this.#marked.set(dataset.address, dataset);
      else left += 1;
    }
    this.#keep();
    return left;
  }

  /** @param {string} address */
  remove(address) {
    this.read();
    this.#marked.delete(address);
    this.#keep();
  }

  clear() {
    this.#marked.clear();
    this.#keep();
  }

  /** Takes over what another tab has kept; what could not be kept here stays. */
  read() {
    if (!this.#isKept) return;
    let text = null;
    try {
      text = this.#storage?.getItem(this.#key) ?? null;
    } catch {
      // the browser keeps nothing for this site: the first change will tell
    }
    this.#marked = new Map(parseMarked(text, this.#facets).map((dataset) => [dataset.address, dataset]));
  }

  #keep() {
    try {
      this.#storage?.setItem(this.#key, formatMarked(this.datasets));
      this.#isKept = this.#storage !== null;
    } catch {
      this.#isKept = false; // full, or forbidden
    }
  }
}

/** @param {unknown} values */
function parseValues(values) {
  if (!Array.isArray(values)) return [];
  return values
    .filter((value) => typeof value?.id === "string" && typeof value.title === "string")
    .slice(0, MOST_VALUES)
    .map(({ id, title }) => ({ id: id.slice(0, LONGEST), title: title.slice(0, LONGEST) }));
}

/** @param {unknown} figure */
function parseFigure(figure) {
  return typeof figure === "number" && Number.isSafeInteger(figure) && figure >= 0 ? figure : null;
}

/** @param {unknown} day */
function parseDay(day) {
  return typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day) ? day : null;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text; // a percent sign that begins no escape
  }
}
