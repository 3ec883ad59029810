/**
 * The values of a facet as they are listed and looked through; it must not touch the page.
 */

import { UNSTATED } from "../index/head.js";

/**
 * @typedef {object} Value
 * @property {string} id
 * @property {string} title
 * @property {string} hint  A second name to find it by.
 * @property {number} code  Its number in the index, where 0 is "none stated"; Infinity where that is not known.
 * @property {number} total  Datasets of the whole catalog that have it.
 *
 * @typedef {object} Group
 * @property {string} title  Empty where the values stand in none.
 * @property {Value[]} values
 */

/**
 * Values from a part of the index's list.
 *
 * @param {import("../index/head.js").ValueList} list
 * @param {number} first  Code of the first one.
 * @returns {Value[]}
 */
export function readValues({ ids, titles = ids, hints, counts }, first) {
  return ids.map((id, index) => ({
    id,
    title: titles[index],
    hint: hints?.[index] ?? "",
    code: first + index,
    total: counts[index],
  }));
}

/**
 * The value that stands for datasets of which no source states one.
 *
 * @param {import("../index/head.js").Facet} facet
 * @returns {Value}
 */
export function unstatedValue(facet) {
  return { id: UNSTATED, title: "None stated", hint: "", code: 0, total: facet.unstated };
}

/**
 * The values that a facet shows before anything is looked for, "none stated" last.
 *
 * @param {import("../index/head.js").Facet} facet
 * @returns {Group[]}
 */
export function groupValues(facet) {
  const values = readValues(facet.values, 1);
  /** @type {Group[]} */
  const groups = facet.groups.map((title) => ({ title, values: [] }));
  const rest = { title: "", values: /** @type {Value[]} */ ([]) };
  values.forEach((value, index) => {
    const group = groups[facet.values.group_numbers?.[index] ?? -1] ?? rest;
    group.values.push(value);
  });
  if (facet.unstated > 0) rest.values.push(unstatedValue(facet));
  return [...groups, rest].filter((group) => group.values.length > 0);
}

/**
 * How the catalog spells a value that a link names; as it is where it is not among the listed ones.
 *
 * @param {import("../index/head.js").Facet} facet
 * @param {string} value
 */
export function spellValue(facet, value) {
  const wanted = value.toLowerCase();
  if (wanted === UNSTATED) return UNSTATED;
  return facet.values.ids.find((id) => id.toLowerCase() === wanted) ?? value;
}

/**
 * How many datasets choosing a value would give; null where that is not known yet.
 *
 * @param {Value} value
 * @param {import("../index/head.js").Facet} facet
 * @param {ArrayLike<number> | undefined} counts  By code, as an answer has them: of all codes or of the listed ones.
 * @param {boolean} isUnfiltered  Whether nothing but this facet narrows the list.
 * @returns {number | null}
 */
export function countOf(value, facet, counts, isUnfiltered) {
  if (value.code === Infinity) return null; // of one that the head does not list
  if (isUnfiltered) return value.total;
  if (counts === undefined) return null;
  if (value.code < counts.length) return counts[value.code];
  return value.code <= facet.values.ids.length ? 0 : null; // zeros at the end are left out
}
