/**
 * The pages of a long list, as links: so that Back, the keyboard and screen readers work as anywhere else.
 */

import { make, numbers } from "./elements.js";

/**
 * The pages a list links to: the first, the last and those around the current one; null is a gap. As `page_numbers` of
 * otdi_site/render/templates.py.
 *
 * @param {number} current
 * @param {number} last
 * @returns {(number | null)[]}
 */
export function pageNumbers(current, last) {
  const near = new Set([1, 2, last - 1, last, ...[-2, -1, 0, 1, 2].map((distance) => current + distance)]);
  const wanted = [...near].filter((number) => number >= 1 && number <= last).sort((a, b) => a - b);
  return wanted.flatMap((number, index) =>
    index > 0 && number - wanted[index - 1] > 1 ? [null, number] : [number],
  );
}

/**
 * @param {HTMLElement} nav
 * @param {number} current
 * @param {number} last
 * @param {(page: number) => string} hrefOf
 */
export function showPages(nav, current, last, hrefOf) {
  nav.hidden = last < 2;
  if (last < 2) return nav.replaceChildren();
  const link = (/** @type {number} */ page, /** @type {string} */ text) => {
    const element = /** @type {HTMLAnchorElement} */ (make("a", text));
    element.href = hrefOf(page);
    element.dataset.page = String(page);
    return element;
  };
  const elements = pageNumbers(current, last).map((page) => {
    if (page === null) return make("span", "…");
    const element = link(page, numbers.format(page));
    element.setAttribute("aria-label", `Page ${numbers.format(page)}`);
    if (page === current) element.setAttribute("aria-current", "page");
    return element;
  });
  if (current > 1) elements.unshift(link(current - 1, "Previous"));
  if (current < last) elements.push(link(current + 1, "Next"));
  nav.replaceChildren(...elements);
}
