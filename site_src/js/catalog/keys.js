/**
 * Moving through lists with the arrow keys; Tab goes on working as everywhere.
 */

/**
 * Up and Down move the focus between what matches `selector`; Home and End go to the first and the last.
 *
 * @param {HTMLElement} list
 * @param {string} selector
 * @param {() => void} [leave]  Up from the first leads there.
 */
export function moveByArrows(list, selector, leave) {
  list.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const isText = target.matches("input[type=search]");
    if (isText && event.key !== "ArrowDown") return; // the other keys move in the text
    const stops = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(selector)]).filter(
      (element) => element.offsetParent !== null && !element.matches("[type=search]"),
    );
    const here = stops.indexOf(target);
    if (here < 0 && !isText) return;
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (next === undefined || stops.length === 0) return;
    event.preventDefault();
    if (next < 0) leave?.();
    else stops[Math.min(next, stops.length - 1)].focus();
  });
}
