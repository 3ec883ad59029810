/**
 * What helps when nothing was found; it must not know what was looked for.
 */

import { countText, make, makeButton } from "./elements.js";

/**
 * @param {HTMLElement} container
 * @param {{title: string, count: number, act: () => void}[]} relaxations
 * @param {() => void} clear
 */
export function showEmpty(container, relaxations, clear) {
  const list = relaxations.map(({ title, count, act }) =>
    make("li", [makeButton(`Without ${title}`, "plain", act), ` ${countText(count)}`]),
  );
  container.replaceChildren(
    make("p", "No dataset fits all of these.", "lead"),
    ...(list.length > 0 ? [make("ul", list)] : []),
    makeButton("Clear all filters and the search", "plain", clear),
  );
}
