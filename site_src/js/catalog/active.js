/**
 * The active filters above the list, each a button that removes it.
 */

import { make, makeButton, unseen } from "./elements.js";

/**
 * @param {HTMLElement} container
 * @param {{kind: string, title: string, remove: () => void}[]} filters
 * @param {() => void} clear
 * @param {() => void} leave  Takes the focus when no filter is left.
 */
export function showActive(container, filters, clear, leave) {
  if (filters.length === 0 && container.hidden) return; // as on every first visit
  const buttons = filters.map(({ kind, title, remove }, position) =>
    makeButton([unseen(`Remove ${kind}: `), title], "chip", () => {
      remove();
      const rest = container.querySelectorAll("button");
      const next = rest[Math.min(position, rest.length - 1)];
      if (next) next.focus();
      else leave();
    }),
  );
  if (buttons.length > 1) {
    buttons.push(
      makeButton("Clear all", "plain", () => {
        clear();
        leave();
      }),
    );
  }
  container.replaceChildren(...buttons.map((button) => make("li", [button])));
  container.hidden = buttons.length === 0;
}
