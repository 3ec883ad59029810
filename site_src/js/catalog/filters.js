/**
 * The filters around the list: the drawer that holds them on narrow screens, and buttons for the active ones.
 */

import { make, makeButton, unseen } from "./elements.js";

/**
 * The filter drawer: on a narrow screen the filters open as a dialog over the page; on a wide one they stand in it.
 *
 * @param {HTMLElement} content  Moves into the drawer and back.
 * @param {HTMLButtonElement} opener
 */
export function makeFilterDrawer(content, opener) {
  const home = document.createComment("filters");
  content.before(home);
  const dialog = document.createElement("dialog");
  dialog.className = "drawer";
  dialog.setAttribute("aria-label", "Filters");
  const head = make("div", "", "drawer-head");
  const close = make("button", "Close", "plain");
  head.append(make("p", "Filters"), close);
  const body = make("div", "", "drawer-body");
  const done = make("button", "", "button");
  const foot = make("div", "", "drawer-foot");
  foot.append(done);
  dialog.append(head, body, foot);
  home.after(dialog);

  const narrow = matchMedia("(max-width: 56rem)");
  function place() {
    if (narrow.matches) {
      body.append(content);
    } else {
      dialog.close();
      home.after(content);
    }
  }
  narrow.addEventListener("change", place);
  opener.addEventListener("click", () => dialog.showModal());
  for (const button of [close, done]) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  place();

  return {
    /**
     * @param {number} filters  How many are active.
     * @param {string} result  Text of the button that closes the drawer.
     */
    update(filters, result) {
      opener.textContent = filters === 0 ? "Filters" : `Filters (${filters})`;
      done.textContent = result;
    },
  };
}

/**
 * The active filters above the list, each a button that removes it.
 *
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
