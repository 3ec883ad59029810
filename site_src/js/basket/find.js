/**
 * Finds datasets in the index by the addresses of their pages; it must not show them.
 */

import { markOf } from "./basket.js";

const LOOKED_AT = 100;

/**
 * The index does not list addresses: publisher and name, which an address is made of, are searched for.
 *
 * @param {import("../index/queries.js").Catalog} catalog
 * @param {string} address
 * @param {string} seen  ISO 8601 date of the catalog.
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./basket.js").Marked | null>}  null where the catalog does not have it.
 */
export async function findDataset(catalog, address, seen, signal) {
  const query = address.slice("/datasets/".length, -".html".length).replaceAll(/[/_.-]+/g, " ");
  const question = { query, sort: "relevance", selected: new Map() };
  let rows = null;
  for await (const answer of catalog.ask(question, { facets: [], rowCount: LOOKED_AT, signal })) {
    ({ rows } = answer);
    const row = rows?.find((each) => each.address === address);
    if (row !== undefined) return markOf(row, seen);
  }
  return null;
}
