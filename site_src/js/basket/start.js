/**
 * The reader's basket on the page of the catalog: the button of each row, and the one that opens the comparison. What
 * the comparison needs is loaded when it is opened first.
 */

import { make, makeButton, numbers, plural } from "../catalog/elements.js";
import { dayText } from "../index/row-decoder.js";
import { Basket, MOST, markOf, parseList } from "./basket.js";

const NOT_KEPT =
  "Your browser keeps nothing for this site, or has no room: what is marked is lost when this page is closed. Export it before.";

/**
 * @typedef {object} BasketControls
 * @property {(address: string) => boolean} has
 * @property {(button: HTMLElement) => void} act  Does what one of its buttons says.
 */

/**
 * @param {HTMLElement} root
 * @param {import("../index/reader.js").IndexReader} reader
 * @param {import("../index/queries.js").Catalog} catalog
 * @param {string} home  Link to the home page; other sites of the same host have baskets of their own.
 * @param {(address: string) => import("../index/row-decoder.js").Row | undefined} rowOf  The row of a dataset on the page.
 * @returns {BasketControls}
 */
export function startBasket(root, reader, catalog, home, rowOf) {
  const { comparison } = reader.head;
  const facets = ["publisher", ...comparison.map(({ facet }) => facet)];
  const key = `otdi-marked:${home}`;
  const basket = new Basket(storage(), key, facets);
  const seen = reader.head.today > 0 ? dayText(reader.head.today) : "";
  const opener = /** @type {HTMLButtonElement} */ (root.querySelector(".open-basket"));
  const status = /** @type {HTMLElement} */ (root.querySelector(".basket-status"));

  /** @type {(() => void) | null}  Shows the open comparison anew. */
  let refresh = null;
  let wasKept = true;
  // A live region announces what changes in it, and not always what it has when it appears: it is there from now on.
  status.replaceChildren();
  status.hidden = false;

  function update() {
    opener.textContent = basket.size === 0 ? "Marked" : `Marked (${numbers.format(basket.size)})`;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".mark"))) {
      button.setAttribute("aria-pressed", String(basket.has(button.dataset.address ?? "")));
    }
  }

  /** @param {string} message */
  function tell(message) {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    const close = makeButton("Close", "plain", () => {
      status.replaceChildren();
      before?.focus({ preventScroll: true });
    });
    status.replaceChildren(make("span", message), close);
  }

  /** Says once that changes are not kept, and again if they were meanwhile. */
  function tellIfLost() {
    if (wasKept && !basket.isKept) tell(NOT_KEPT);
    wasKept = basket.isKept;
  }

  /** @param {string[]} [shared]  Addresses of a list that came with a link. */
  async function open(shared) {
    status.replaceChildren();
    try {
      const { showPanel } = await import("./panel.js");
      const panel = showPanel({ root, basket, catalog, home, seen, comparison, shared, update, notKept: NOT_KEPT });
      refresh = panel.refresh;
      await panel.isDone;
    } catch (error) {
      tell(`The comparison could not be loaded: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** @param {string} address */
  function mark(address) {
    status.replaceChildren();
    const row = rowOf(address);
    basket.read();
    if (basket.has(address)) {
      basket.remove(address);
    } else if (row !== undefined) {
      const left = basket.add([markOf(row, seen)]);
      if (left > 0) tell(`${plural(MOST, "dataset")} are marked, and there is no room for more.`);
    }
    tellIfLost();
    update();
  }

  /** Shows what another tab, or another page before this one came back, has changed. */
  function readAgain() {
    basket.read();
    update();
    refresh?.();
  }

  addEventListener("storage", (event) => {
    if (event.key === key || event.key === null) readAgain();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) readAgain();
  });
  const shared = parseList(location.search);
  if (shared !== null) open(shared);
  update();

  return {
    has: (address) => basket.has(address),
    act(button) {
      if (button.matches(".mark")) mark(button.dataset.address ?? "");
      else if (button.matches(".open-basket")) open();
      else copyLink(button);
    },
  };
}

/** @param {HTMLElement} button */
async function copyLink(button) {
  const label = button.dataset.label ?? button.textContent ?? "";
  button.dataset.label = label;
  button.textContent = await copy(location.href);
  setTimeout(() => (button.textContent = label), 2500);
}

/** The browser's storage; null where it is forbidden. */
function storage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @returns {Promise<string>}  What to say.
 */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    return "Copy it from the address bar";
  }
}
