/**
 * The state of the catalog's query and its form in an address; it must not touch the page.
 *
 *     ?q=tide+heights&domain=finance&modality=audio,text&sort=likes&page=2
 *
 * What is left out has its default, so that the address of the whole catalog has no query at all.
 */

export const SORTS = ["relevance", "downloads", "likes", "changed", "added", "name", "size"];

const MOST_VALUES = 200; // of a facet: a link with more is no reader's

/**
 * @typedef {object} State
 * @property {string} query  Words to search for, as typed.
 * @property {string | null} sort  One of SORTS; null is relevance for a search and downloads without one.
 * @property {number} page  Of the list, from 1.
 * @property {Map<string, Set<string>>} selected  By facet, the chosen values; a facet without any is not there.
 */

/** @returns {State} */
export function emptyState() {
  return { query: "", sort: null, page: 1, selected: new Map() };
}

/**
 * Reads the query of an address.
 *
 * @param {string} search  As in `location.search`.
 * @param {string[]} facets  Names of the facets; other parameters are left alone, since mailings and the like add some.
 * @param {(facet: string, value: string) => string} spell  How the catalog spells a value.
 * @returns {{state: State, ignored: string[]}}  `ignored`: what makes no sense, as `name=value`.
 */
export function parseState(search, facets, spell) {
  const state = emptyState();
  /** @type {string[]} */
  const ignored = [];
  for (const part of search.replace(/^\?/, "").split("&")) {
    const [rawName, ...rest] = part.split("=");
    const name = decode(rawName);
    const raw = rest.join("=");
    if (raw === "") continue;
    if (name === "q") {
      state.query = decode(raw).trim();
    } else if (name === "sort") {
      const sort = decode(raw).toLowerCase();
      if (SORTS.includes(sort)) state.sort = sort;
      else ignored.push(`sort=${decode(raw)}`);
    } else if (name === "page") {
      if (/^[1-9]\d{0,6}$/.test(raw)) state.page = Number(raw);
      else ignored.push(`page=${decode(raw)}`);
    } else if (facets.includes(name)) {
      // Values are split before they are decoded, so that one may hold a comma.
      for (const value of raw.split(",").slice(0, MOST_VALUES).map(decode)) {
        if (value !== "") choose(state, name, spell(name, value));
      }
    }
  }
  return { state, ignored };
}

/**
 * The query of an address, with its question mark, or an empty string.
 *
 * @param {State} state
 * @param {string[]} facets  Names in the order they are written.
 */
export function formatState(state, facets) {
  const parts = [];
  if (state.query !== "") parts.push(`q=${encode(state.query)}`);
  for (const facet of facets) {
    const values = [...(state.selected.get(facet) ?? [])].sort();
    if (values.length > 0) parts.push(`${facet}=${values.map(encode).join(",")}`);
  }
  if (state.sort !== null && state.sort !== defaultSort(state)) parts.push(`sort=${state.sort}`);
  if (state.page > 1) parts.push(`page=${state.page}`);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/** @param {State} state */
export function defaultSort(state) {
  return state.query === "" ? "downloads" : "relevance";
}

/**
 * The order in force.
 *
 * @param {State} state
 */
export function sortOf(state) {
  const isPossible = state.sort !== null && !(state.sort === "relevance" && state.query === "");
  return isPossible ? /** @type {string} */ (state.sort) : defaultSort(state);
}

/**
 * Rows of a page of the list. Those of a list in rank order stand together in the index; those of others are scattered,
 * and each may need a file of its own, so that there are fewer.
 *
 * @param {State} state
 * @param {number} rowsPerPage  Of a list in rank order.
 */
export function pageSize(state, rowsPerPage) {
  return sortOf(state) === "downloads" ? rowsPerPage : Math.ceil(rowsPerPage / 2);
}

/**
 * Adds a value to the chosen ones.
 *
 * @param {State} state
 * @param {string} facet
 * @param {string} value
 */
export function choose(state, facet, value) {
  const values = state.selected.get(facet) ?? new Set();
  values.add(value);
  state.selected.set(facet, values);
}

/**
 * Takes a value from the chosen ones; without a value, all of the facet's.
 *
 * @param {State} state
 * @param {string} facet
 * @param {string} [value]
 */
export function drop(state, facet, value) {
  const values = state.selected.get(facet);
  if (value !== undefined) values?.delete(value);
  if (value === undefined || values?.size === 0) state.selected.delete(facet);
}

/** @param {State} state */
export function countFilters(state) {
  let count = 0;
  for (const values of state.selected.values()) count += values.size;
  return count;
}

/**
 * The same question without one facet's values; without the search where `facet` is null.
 *
 * @param {State} state
 * @param {string | null} facet
 * @returns {State}
 */
export function without(state, facet) {
  const selected = new Map(state.selected);
  if (facet !== null) selected.delete(facet);
  return { ...state, query: facet === null ? "" : state.query, page: 1, selected };
}

/**
 * Whether the state is that of the page as it comes: the first page of the whole catalog.
 *
 * @param {State} state
 */
export function isUnfiltered(state) {
  return state.query === "" && state.selected.size === 0 && state.page === 1 && sortOf(state) === "downloads";
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text; // a percent sign that begins no escape
  }
}

/** @param {string} text */
function encode(text) {
  return encodeURIComponent(text).replaceAll("%20", "+").replaceAll("%2F", "/").replaceAll("%3A", ":");
}
