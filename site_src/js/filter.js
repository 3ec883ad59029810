/**
 * Which datasets a query finds, how many each further value would give, and in which order they stand; it must not
 * touch the page.
 */

import { score, tokenise } from "./search.js";
import { UNSTATED, sortOf } from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 *
 * @typedef {object} Dataset
 * @property {number} rank  Position in the catalog, from 0.
 * @property {string} title
 * @property {Record<string, string[]>} values  By facet; UNSTATED alone where no source states one.
 * @property {number | null} downloads
 * @property {number | null} likes
 * @property {string | null} changed  ISO 8601 date.
 * @property {string | null} added  ISO 8601 date.
 * @property {{title: string, publisher: string, text: string}} prepared
 *
 * @typedef {object} Found
 * @property {Dataset[]} datasets  In the order asked for.
 * @property {Map<string, Map<string, number>>} counts  By facet and value: how many datasets the value has among those
 *   that the search and all other facets leave. That is what choosing it would add.
 */

/**
 * The datasets that have one of the chosen values in every facet and all words of the search.
 *
 * @param {Dataset[]} datasets  In rank order.
 * @param {State} state
 * @param {string[]} facets
 * @returns {Found}
 */
export function find(datasets, state, facets) {
  const words = tokenise(state.query);
  /** @type {Map<string, Map<string, number>>} */
  const counts = new Map(facets.map((facet) => [facet, new Map()]));
  /** @type {Dataset[]} */
  const found = [];
  const scores = new Map();
  for (const dataset of datasets) {
    const points = words.length > 0 ? score(dataset.prepared, words) : 1;
    if (points === 0) continue;
    const failing = facets.filter((facet) => !passes(dataset, facet, state));
    if (failing.length === 0) {
      found.push(dataset);
      scores.set(dataset, points);
      for (const facet of facets) countValues(counts, facet, dataset);
    } else if (failing.length === 1) {
      countValues(counts, failing[0], dataset);
    }
  }
  return { datasets: sort(found, sortOf(state), scores), counts };
}

/**
 * What would be found without one of the filters, the most first; what would still find nothing is left out.
 *
 * @param {Dataset[]} datasets
 * @param {State} state
 * @param {string[]} facets
 * @returns {{facet: string | null, count: number}[]}  A facet of which to drop all values; null is the search.
 */
export function findRelaxations(datasets, state, facets) {
  const relaxations = [];
  if (state.query !== "") relaxations.push({ facet: null, state: { ...state, query: "" } });
  for (const facet of state.selected.keys()) {
    const selected = new Map(state.selected);
    selected.delete(facet);
    relaxations.push({ facet, state: { ...state, selected } });
  }
  return relaxations
    .map(({ facet, state: relaxed }) => ({ facet, count: find(datasets, relaxed, facets).datasets.length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

/**
 * @param {Dataset} dataset
 * @param {string} facet
 * @param {State} state
 */
function passes(dataset, facet, state) {
  const chosen = state.selected.get(facet);
  return chosen === undefined || dataset.values[facet].some((value) => chosen.has(value));
}

/**
 * @param {Map<string, Map<string, number>>} counts
 * @param {string} facet
 * @param {Dataset} dataset
 */
function countValues(counts, facet, dataset) {
  const ofFacet = /** @type {Map<string, number>} */ (counts.get(facet));
  for (const value of dataset.values[facet]) ofFacet.set(value, (ofFacet.get(value) ?? 0) + 1);
}

/**
 * @param {Dataset[]} datasets  In rank order, which decides between equals.
 * @param {string} order
 * @param {Map<Dataset, number>} scores
 */
function sort(datasets, order, scores) {
  const compare = {
    relevance: (/** @type {Dataset} */ a, /** @type {Dataset} */ b) =>
      /** @type {number} */ (scores.get(b)) - /** @type {number} */ (scores.get(a)),
    downloads: descending("downloads"),
    likes: descending("likes"),
    changed: descending("changed"),
    added: descending("added"),
    name: (/** @type {Dataset} */ a, /** @type {Dataset} */ b) => a.title.localeCompare(b.title, "en"),
  }[order];
  return [...datasets].sort((a, b) => compare?.(a, b) || a.rank - b.rank);
}

/**
 * The largest first; what is not stated last.
 *
 * @param {"downloads" | "likes" | "changed" | "added"} field
 * @returns {(a: Dataset, b: Dataset) => number}
 */
function descending(field) {
  return (a, b) => {
    const [first, second] = [a[field], b[field]];
    if (first === second) return 0;
    if (first === null) return 1;
    if (second === null) return -1;
    return first < second ? 1 : -1;
  };
}

/**
 * The values of a facet as the file of the catalog has them, or UNSTATED.
 *
 * @param {string[] | null} values
 */
export function statedValues(values) {
  return values === null ? [UNSTATED] : values;
}
