/**
 * The reader's basket on the page of the catalog: the button of each row, and the one that opens the comparison. What
 * the comparison needs is loaded when it is opened first.
 */

import { numbers, plural } from "../catalog/elements.js";
import { dayText } from "../index/row-decoder.js";
import { Basket, MOST, markOf, parseList } from "./basket.js";

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
  const basket = new Basket(storage(), `otdi-marked:${home}`, facets);
  const seen = reader.head.today > 0 ? dayText(reader.head.today) : "";
  const opener = /** @type {HTMLButtonElement} */ (root.querySelector(".open-basket"));
  const status = /** @type {HTMLElement} */ (root.querySelector(".basket-status"));

  function update() {
    opener.textContent = basket.size === 0 ? "Marked" : `Marked (${numbers.format(basket.size)})`;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".mark"))) {
      button.setAttribute("aria-pressed", String(basket.has(button.dataset.address ?? "")));
    }
  }

  /** @param {string[]} [shared]  Addresses of a list that came with a link. */
  async function open(shared) {
    try {
      const { showPanel } = await import("./panel.js");
      await showPanel({ root, basket, catalog, home, seen, comparison, shared, update });
    } catch (error) {
      status.textContent = `The comparison could not be loaded: ${error instanceof Error ? error.message : error}`;
      status.hidden = false;
    }
  }

  /** @param {string} address */
  function mark(address) {
    status.hidden = true;
    const row = rowOf(address);
    if (basket.has(address)) {
      basket.remove(address);
    } else if (basket.isFull) {
      status.textContent = `${plural(MOST, "dataset")} are marked, and there is no room for more.`;
      status.hidden = false;
    } else if (row !== undefined) {
      basket.add([markOf(row, seen)]);
    }
    update();
  }

  addEventListener("storage", () => {
    basket.read();
    update();
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
