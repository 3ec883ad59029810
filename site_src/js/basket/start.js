/**
 * The reader's basket on the page of the catalog: a button in each row, and one that opens the comparison. What the
 * comparison needs is loaded when it is opened first.
 */

import { makeButton, numbers, plural, unseen } from "../catalog/elements.js";
import { dayText } from "../index/rows.js";
import { Basket, MOST, markOf, parseList } from "./basket.js";

/**
 * @typedef {object} BasketControls
 * @property {(row: import("../index/rows.js").Row, element: HTMLElement) => void} decorate
 * @property {(isWhole: boolean) => void} showSearch  `isWhole`: whether the list is that of the whole catalog.
 */

/**
 * @param {HTMLElement} root
 * @param {import("../index/reader.js").IndexReader} reader
 * @param {import("../index/catalog.js").Catalog} catalog
 * @param {string} home  Link to the home page; other sites of the same host have baskets of their own.
 * @returns {BasketControls}
 */
export function startBasket(root, reader, catalog, home) {
  const basket = new Basket(storage(), `otdi-marked:${home}`);
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
      await showPanel({ root, basket, catalog, home, seen, shared, update });
    } catch (error) {
      status.textContent = `The comparison could not be loaded: ${error instanceof Error ? error.message : error}`;
      status.hidden = false;
    }
  }

  opener.addEventListener("click", () => open());
  addEventListener("storage", () => {
    basket.read();
    update();
  });
  const copier = /** @type {HTMLButtonElement} */ (root.querySelector(".copy-link"));
  const label = copier.textContent;
  copier.addEventListener("click", async () => {
    copier.textContent = await copy(location.href);
    setTimeout(() => (copier.textContent = label), 2500);
  });
  const shared = parseList(location.search);
  if (shared !== null) open(shared);
  update();

  return {
    decorate(row, element) {
      const button = makeButton(["Mark", unseen(` ${row.title}`)], "mark", () => {
        status.hidden = true;
        if (basket.has(row.address)) {
          basket.remove(row.address);
        } else if (basket.isFull) {
          status.textContent = `${plural(MOST, "dataset")} are marked, and there is no room for more.`;
          status.hidden = false;
        } else {
          basket.add([markOf(row, seen)]);
        }
        update();
      });
      button.dataset.address = row.address;
      button.setAttribute("aria-pressed", String(basket.has(row.address)));
      element.append(button);
    },
    showSearch(isWhole) {
      const feed = /** @type {HTMLElement | null} */ (root.querySelector(".feed"));
      if (feed !== null) feed.hidden = !isWhole;
    },
  };
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
