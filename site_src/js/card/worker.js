/**
 * Checks cards beside the page, which stays quick whatever a card holds.
 *
 * Messages: `{ specification, content }`, the address of the specification's data and the bytes of a card; answered by
 * `{ ledger }` or `{ problem }`.
 */

import { checkCard } from "./check.js";

/** @type {Promise<import("./check.js").Specification>|null} */
let known = null;

/** @param {string} address @returns {Promise<import("./check.js").Specification>} */
async function load(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error("The dataset specification could not be loaded. Try again when you are online.");
  return response.json();
}

addEventListener("message", async (event) => {
  try {
    known ??= load(event.data.specification);
    postMessage({ ledger: checkCard(new Uint8Array(event.data.content), await known) });
  } catch (problem) {
    known = null;
    postMessage({ problem: problem instanceof Error ? problem.message : String(problem) });
  }
});
