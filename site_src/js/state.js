/**
 * The state of the catalog's query and its form in an address; it must not touch the page.
 *
 *     ?q=tide+heights&domain=finance&modality=text,audio&sort=likes
 *
 * What is left out has its default, so that the address of the whole catalog has no query at all.
 */

export const SORTS = ["relevance", "downloads", "likes", "changed", "added", "name"];

/** The value that stands for datasets of which no source states one. */
export const UNSTATED = "none-stated";

/**
 * @typedef {object} State
 * @property {string} query  Words to search for, as typed.
 * @property {string | null} sort  One of SORTS; null is relevance for a search and downloads without one.
 * @property {Map<string, Set<string>>} selected  By facet, the chosen values; a facet without any is not there.
 */

/** @returns {State} */
export function emptyState() {
  return { query: "", sort: null, selected: new Map() };
}

/**
 * Reads the query of an address.
 *
 * @param {string} search  As in `location.search`.
 * @param {Map<string, Map<string, string>>} known  By facet, its values: the lower-case form and the value itself.
 * @returns {{state: State, ignored: string[]}}  `ignored`: what the address asks for and the catalog does not have,
 *   as `facet=value`.
 */
export function parseState(search, known) {
  const state = emptyState();
  /** @type {string[]} */
  const ignored = [];
  for (const part of search.replace(/^\?/, "").split("&")) {
    if (part === "") continue;
    const [rawName, ...rest] = part.split("=");
    const name = decode(rawName);
    const raw = rest.join("=");
    if (name === "q") {
      state.query = decode(raw).trim();
    } else if (name === "sort") {
      const sort = decode(raw).toLowerCase();
      if (SORTS.includes(sort)) state.sort = sort;
      else if (sort !== "") ignored.push(`sort=${decode(raw)}`);
    } else if (known.has(name)) {
      // Values are split before they are decoded, so that one may hold a comma.
      for (const value of raw.split(",").map(decode)) {
        const found = known.get(name)?.get(value.toLowerCase());
        if (found !== undefined) choose(state, name, found);
        else if (value !== "") ignored.push(`${name}=${value}`);
      }
    }
    // Other names are left alone: links carry parameters of mailings and the like.
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
  return encodeURIComponent(text).replaceAll("%20", "+");
}
