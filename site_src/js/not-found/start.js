/**
 * Leads from the Hub's spelling of a dataset's address to its page; where there is none, says so and fills the search in.
 */

import { findWanted } from "./addresses.js";

const box = /** @type {HTMLElement | null} */ (document.querySelector("[data-home]"));
const home = box?.dataset.home ?? "/";
const wanted = findWanted(location.pathname, home);
if (box && wanted) {
  const search = /** @type {HTMLInputElement | null} */ (document.querySelector(".search input"));
  if (search) search.value = wanted.name;
  box.textContent = `Looking for the page of ${wanted.id} …`;
  try {
    const address = await findPage(wanted.addresses.map((each) => home + each));
    if (address) location.replace(address + location.search + location.hash);
    else
      box.textContent =
        `The catalogue has no page at the address of ${wanted.id}.` +
        (search ? " It may be listed under another name: search for it below." : "");
  } catch {
    box.textContent = `Whether the catalogue has ${wanted.id} could not be found out: load the page again.`;
  }
}

/**
 * The first of some addresses that has a page. Raises an error where the server does not say.
 *
 * @param {string[]} addresses
 */
async function findPage(addresses) {
  for (const address of addresses) {
    if (address === location.pathname) continue; // it is this one that is not there
    const response = await fetch(address, { method: "HEAD" });
    if (response.ok) return address;
    if (response.status !== 404 && response.status !== 410) throw new Error(`status ${response.status}`);
  }
  return null;
}
