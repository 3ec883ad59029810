/**
 * Elements, words and keys that several parts of the catalog share.
 */

/** Numbers as English writes them: `Intl.NumberFormat` takes a phone longer to begin with than the whole page. */
export const numbers = {
  /** @param {number} number  A whole one. */
  format: (number) => String(number).replace(/\B(?=(?:\d{3})+$)/g, ","),
};

/**
 * @param {string} name
 * @param {string | (string | Node)[]} [content]
 * @param {string} [className]
 */
export function make(name, content = "", className) {
  const element = document.createElement(name);
  if (typeof content === "string") element.textContent = content;
  else element.append(...content);
  if (className !== undefined) element.className = className;
  return element;
}

/**
 * @param {string | (string | Node)[]} content
 * @param {string} className
 * @param {() => void} act  What a click does.
 */
export function makeButton(content, className, act) {
  const button = /** @type {HTMLButtonElement} */ (make("button", content, className));
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

/** @param {string} text  For those who cannot see what is around it. */
export function unseen(text) {
  return make("span", text, "hidden");
}

/**
 * A text with the words of a search marked.
 *
 * @param {string} text
 * @param {import("../index/queries.js").FindMarks | null} findMarks  null where nothing is searched for.
 * @param {boolean} [isName]
 * @returns {(string | Node)[]}
 */
export function marked(text, findMarks, isName) {
  if (findMarks === null) return [text];
  /** @type {(string | Node)[]} */
  const parts = [];
  let end = 0;
  for (const [start, next] of findMarks(text, isName)) {
    parts.push(text.slice(end, start), make("mark", text.slice(start, next)));
    end = next;
  }
  parts.push(text.slice(end));
  return parts;
}

/** @param {number} count */
export function countText(count) {
  return plural(count, "dataset");
}

/**
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return `${numbers.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * Case and accents folded away, for looking through short lists.
 *
 * @param {string} text
 */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * Lets the arrow keys move through a list; Tab goes on working as everywhere. Up and Down move the focus between what matches `selector`; Home and End go to the first and the last.
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
