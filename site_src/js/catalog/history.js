/**
 * The catalog in the browser's history: each state has an address, and each entry of the history the place to which the
 * list was scrolled.
 */

import { formatState, parseState } from "./state.js";
import { spellValue } from "./values.js";

/**
 * @typedef {import("./results.js").Place} Place
 * @typedef {import("./state.js").State} State
 */

export class CatalogHistory {
  #head;
  #facets;

  /** @param {import("../index/head.js").Head} head */
  constructor(head) {
    this.#head = head;
    this.#facets = [...head.facets.keys()];
    history.scrollRestoration = "manual";
  }

  /**
   * The state of the current address, the parts of the address that make no sense, and the place of the list.
   *
   * @returns {{state: State, ignored: string[], place: Place | undefined}}
   */
  read() {
    const spell = (/** @type {string} */ facet, /** @type {string} */ value) =>
      spellValue(this.#head.facet(facet), value);
    return { ...parseState(location.search, this.#facets, spell), place: history.state ?? undefined };
  }

  /**
   * The address of a state.
   *
   * @param {State} state
   */
  addressOf(state) {
    return location.pathname + formatState(state, this.#facets);
  }

  /**
   * Puts a state into the address, as a new entry of the history.
   *
   * @param {State} state
   * @param {Place} place  Of the list now, for the way back.
   */
  push(state, place) {
    if (this.#isCurrent(state)) return;
    this.remember(place);
    history.pushState(null, "", this.addressOf(state));
  }

  /**
   * Puts a state into the address, in place of the last one.
   *
   * @param {State} state
   */
  replace(state) {
    if (!this.#isCurrent(state)) history.replaceState(null, "", this.addressOf(state));
  }

  /**
   * Notes the place that Back brings back.
   *
   * @param {Place} place
   */
  remember(place) {
    history.replaceState(place, "");
  }

  /** @param {State} state */
  #isCurrent(state) {
    return this.addressOf(state) === location.pathname + location.search;
  }
}
