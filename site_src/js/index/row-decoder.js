/**
 * Rows of the list of datasets, from the pages of the index; it must not fetch or show them.
 */

const FIRST_DAY = Date.UTC(1999, 11, 31);
const DAY = 86_400_000;

/**
 * @typedef {object} RowPage  As otdi_site/index/browser/rows.py describes it.
 * @property {string[]} title
 * @property {string[]} address
 * @property {string[]} snippet
 * @property {Record<string, any[]>} values
 * @property {Record<string, [number, number][]>} [more]
 * @property {number[]} [downloads]
 * @property {number[]} [likes]
 * @property {number[]} [changed]
 * @property {number[]} [added]
 *
 * @typedef {object} RowValue
 * @property {string} id
 * @property {string} title
 *
 * @typedef {object} Row
 * @property {number} position  In rank order, from 0.
 * @property {string} title
 * @property {string} address  On the site, without its base path.
 * @property {string} snippet
 * @property {Record<string, RowValue[]>} values  By facet; empty where none is stated.
 * @property {Record<string, number>} valueCounts  By facet, where there are more values than `values` holds.
 * @property {number | null} downloads  In the last 30 days.
 * @property {number | null} likes
 * @property {string | null} changed  ISO 8601 date.
 * @property {string | null} added  ISO 8601 date.
 * @property {string[]} [missing]  Words of a search that it lacks.
 */

/**
 * @param {RowPage} page
 * @param {number} index  In the page.
 * @param {number} position
 * @param {(facet: string, code: number) => RowValue} describe
 * @returns {Row}
 */
export function readRow(page, index, position, describe) {
  /** @type {Record<string, RowValue[]>} */
  const values = {};
  for (const [facet, cells] of Object.entries(page.values)) values[facet] = readValues(facet, cells[index], describe);
  /** @type {Record<string, number>} */
  const valueCounts = {};
  for (const [facet, counts] of Object.entries(page.more ?? {})) {
    for (const [row, count] of counts) if (row === index) valueCounts[facet] = count;
  }
  return {
    position,
    title: page.title[index],
    address: page.address[index],
    snippet: page.snippet[index],
    values,
    valueCounts,
    downloads: figure(page.downloads?.[index]),
    likes: figure(page.likes?.[index]),
    changed: day(page.changed?.[index]),
    added: day(page.added?.[index]),
  };
}

/**
 * @param {string} facet
 * @param {any} cell  A code, an id with its title, or a list of such; 0 where none is stated.
 * @param {(facet: string, code: number) => RowValue} describe
 * @returns {RowValue[]}
 */
function readValues(facet, cell, describe) {
  if (cell === 0) return [];
  if (typeof cell === "number") return [describe(facet, cell)];
  if (typeof cell[0] === "string") return [{ id: cell[0], title: cell[1] }];
  return cell.flatMap((/** @type {any} */ each) => readValues(facet, each, describe));
}

/** @param {number} [stored] */
function figure(stored = 0) {
  return stored === 0 ? null : stored - 1;
}

/** @param {number} [stored] */
function day(stored = 0) {
  return stored === 0 ? null : dayText(stored);
}

/**
 * The ISO 8601 date of a day as the index counts them.
 *
 * @param {number} number
 */
export function dayText(number) {
  return new Date(FIRST_DAY + number * DAY).toISOString().slice(0, 10);
}
