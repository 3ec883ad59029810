/**
 * What a list says of the search it answers: words that were looked for beside those typed, datasets that have most of
 * the words only, and the filters that the words name.
 */

import { countText, make, makeButton, numbers } from "./elements.js";

const MOST_OFFERS = 3; // of each kind

/**
 * @typedef {import("../index/queries.js").Answer} Answer
 *
 * @typedef {object} Actions
 * @property {(facet: string, id: string, title: string, rest: string) => void} filter  Chooses a value in place of words.
 * @property {(query: string) => void} search
 */

/**
 * @param {HTMLElement} note
 * @param {HTMLElement} offers
 * @param {Answer} answer
 * @param {(facet: string) => string} titleOf  Of a facet.
 * @param {Actions} actions
 * @returns {string}  The note in words, for those who hear the page.
 */
export function showSearchNotes(note, offers, answer, titleOf, { filter, search }) {
  const { corrections, count, values, whole, without } = answer;
  /** @type {(string | Node)[]} */
  const lines = [];
  if (corrections.length > 0) {
    const words = corrections.flatMap((word, index) => [index === 0 ? "" : ", ", make("b", word)]);
    lines.push("Little was found, so this was looked for too: ", ...words, ". ");
  }
  if (whole < count) {
    const most = `${numbers.format(count - whole)} ${whole > 0 ? "more " : ""}${count - whole === 1 ? "has" : "have"} most of them.`;
    lines.push(whole === 0 ? `No dataset has all of the words; ${most}` : `${countText(whole)} with all of the words; ${most}`);
  }
  note.hidden = lines.length === 0;
  note.replaceChildren(...lines);
  const buttons = [
    ...values.slice(0, MOST_OFFERS).map(({ facet, id, title, count: datasets, rest }) =>
      offer(`${titleOf(facet)}: ${title}`, datasets, () => filter(facet, id, title, rest)),
    ),
    ...without.slice(0, MOST_OFFERS).map(({ word, count: datasets, rest }) =>
      offer(`Without “${word}”`, datasets, () => search(rest)),
    ),
  ];
  offers.hidden = buttons.length === 0;
  const key = JSON.stringify([values.slice(0, MOST_OFFERS), without.slice(0, MOST_OFFERS)]);
  if (key !== offers.dataset.shown) {
    offers.dataset.shown = key; // an answer comes in several steps: a button that has the focus must stay
    offers.replaceChildren(...buttons);
  }
  return note.textContent ?? "";
}

/**
 * @param {string} text
 * @param {number} datasets
 * @param {() => void} act
 */
function offer(text, datasets, act) {
  const button = makeButton(text, "chip", act);
  button.append(" ", make("span", numbers.format(datasets)));
  return make("li", [button]);
}
