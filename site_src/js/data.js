/**
 * Reads the one file of the catalog; it must not touch the page. The file's form is described where it is written, in
 * otdi_site/render/catalog_data.py.
 */

import { statedValues } from "./filter.js";
import { prepare } from "./search.js";
import { UNSTATED } from "./state.js";

const FORMAT = 1;

/**
 * @typedef {object} Value
 * @property {string} id
 * @property {string} title
 * @property {string | null} group
 * @property {string} hint  A second name to find it by.
 *
 * @typedef {object} Facet
 * @property {string} name
 * @property {string} title
 * @property {Value[]} values
 *
 * @typedef {import("./filter.js").Dataset & {href: string, publisherTitle: string, snippet: string}} Row
 *
 * @typedef {object} Catalog
 * @property {Facet[]} facets
 * @property {Row[]} rows  In rank order.
 * @property {Map<string, Map<string, Value>>} values  By facet and id.
 */

/**
 * @param {string} url
 * @returns {Promise<Catalog>}  Rejects with an error whose message says what failed.
 */
export async function loadCatalog(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return readCatalog(await response.json());
}

/**
 * @param {{format: number, facets: {name: string, title: string, values: [string, string, string | null, string][]}[],
 *   columns: string[], datasets: any[][]}} file
 * @returns {Catalog}
 */
export function readCatalog(file) {
  if (file.format !== FORMAT) throw new Error(`its format is ${file.format}, not ${FORMAT}`);
  const facets = file.facets.map(({ name, title, values }) => ({
    name,
    title,
    values: values.map(([id, title, group, hint]) => ({ id, title, group, hint })),
  }));
  const names = facets.map((facet) => facet.name);
  const rows = file.datasets.map((cells, rank) => {
    const cell = Object.fromEntries(file.columns.map((column, index) => [column, cells[index]]));
    return {
      rank,
      title: cell.title,
      href: cell.address,
      publisherTitle: cell.publisher_title,
      snippet: cell.snippet,
      values: Object.fromEntries(names.map((name) => [name, statedValues(cell[name])])),
      downloads: cell.downloads,
      likes: cell.likes,
      changed: cell.date_modified,
      added: cell.date_added,
      prepared: { title: "", publisher: "", text: "" },
    };
  });
  for (const facet of facets) {
    if (rows.some((row) => row.values[facet.name].includes(UNSTATED))) {
      facet.values.push({ id: UNSTATED, title: "Not stated", group: null, hint: "" });
    }
  }
  const values = new Map(facets.map((facet) => [facet.name, new Map(facet.values.map((value) => [value.id, value]))]));
  for (const row of rows) {
    const titles = names.flatMap((name) => row.values[name].map((id) => values.get(name)?.get(id)?.title ?? id));
    row.prepared = {
      title: prepare(row.title),
      publisher: prepare(row.publisherTitle),
      text: prepare(`${row.snippet} ${titles.join(" ")}`),
    };
  }
  return { facets, rows, values };
}
