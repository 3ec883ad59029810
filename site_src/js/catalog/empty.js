/**
 * The advice where nothing was found: the filters without which datasets would be found.
 */

import { countText, make, makeButton } from "./elements.js";
import { without } from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 *
 * @typedef {object} Relaxation
 * @property {string} title  Of the part that is left out.
 * @property {number} count  Datasets that are found then.
 * @property {State} state  Without that part.
 */

/**
 * The relaxations of a question that find something, the one that finds most first.
 *
 * @param {import("../index/queries.js").Catalog} catalog
 * @param {State} state
 * @param {(facet: string, value: string) => string} titleOf
 * @param {AbortSignal} signal
 */
export async function findRelaxations(catalog, state, titleOf, signal) {
  /** @type {Relaxation[]} */
  const relaxations = [];
  for (const facet of [...(state.query === "" ? [] : [null]), ...state.selected.keys()]) {
    const relaxed = without(state, facet);
    const question = { query: relaxed.query, sort: "relevance", selected: relaxed.selected };
    let count = 0;
    for await (const answer of catalog.ask(question, { facets: [], rowCount: 0, signal })) ({ count } = answer);
    if (count === 0) continue;
    const titles = facet === null ? [] : [...(state.selected.get(facet) ?? [])].map((value) => titleOf(facet, value));
    relaxations.push({ title: facet === null ? "the search" : titles.join(", "), count, state: relaxed });
  }
  return relaxations.sort((a, b) => b.count - a.count);
}

/**
 * @param {HTMLElement} container
 * @param {Relaxation[]} relaxations
 * @param {(state: State) => void} show
 * @param {() => void} clear
 */
export function showEmpty(container, relaxations, show, clear) {
  const list = relaxations.map(({ title, count, state }) =>
    make("li", [makeButton(`Without ${title}`, "plain", () => show(state)), ` ${countText(count)}`]),
  );
  container.replaceChildren(
    make("p", "No dataset fits all of these.", "lead"),
    ...(list.length > 0 ? [make("ul", list)] : []),
    makeButton("Clear all filters and the search", "plain", clear),
  );
}
