import assert from "node:assert/strict";
import { test } from "node:test";
import { positionsOf } from "../../../site_src/js/index/bitset.js";
import { NumberReader, readColumnNumbers } from "../../../site_src/js/index/bytes.js";
import { addCounts, readColumn, select } from "../../../site_src/js/index/columns.js";

const form = { name: "", bytes: 0 };
const all = Uint32Array.of(0, 1, 2);

test("numbers of several bytes stand in planes", () => {
  const bytes = Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 7, 8);
  assert.deepEqual([...readColumnNumbers(bytes, 1, 4, 2)], [1 + 256 * 5, 2 + 256 * 6, 3 + 256 * 7, 4 + 256 * 8]);
  assert.deepEqual([...readColumnNumbers(Uint8Array.of(255, 255, 255, 255), 0, 1, 4)], [2 ** 32 - 1]);
});

test("a column that is cut short is refused", () => {
  assert.throws(() => readColumnNumbers(Uint8Array.of(1, 2, 3), 0, 2, 2), /shorter/);
});

test("numbers of any length follow each other", () => {
  const reader = new NumberReader(Uint8Array.of(0x7f, 0x80, 0x01, 0xff, 0xff, 0xff, 0xff, 0x0f, 5), 0);
  assert.deepEqual([reader.next(), reader.next()], [127, 128]);
  reader.skip(1);
  assert.equal(reader.next(), 5);
});

test("datasets with one value each are selected and counted, those without one too", () => {
  const column = readColumn(Uint8Array.of(2, 0, 1), { ...form, width: 1, many: 0, codes: 3 }, 3);
  assert.deepEqual([...positionsOf(select(column, new Set([0, 2]), 3, 2))], [0, 1]);
  const counts = new Uint32Array(3);
  addCounts(column, all, 0, 3, counts);
  assert.deepEqual([...counts], [1, 1, 1]);
});

test("datasets with several values are found by any and counted for each", () => {
  const column = readColumn(Uint8Array.of(2, 0, 1, 1, 2, 2), { ...form, width: 1, many: 1, codes: 3 }, 3);
  assert.deepEqual([...positionsOf(select(column, new Set([2]), 3, 2))], [0, 2]);
  assert.deepEqual([...positionsOf(select(column, new Set([0, 1]), 3, 2))], [0, 1]);
  const counts = new Uint32Array(3);
  addCounts(column, all, 0, 3, counts);
  assert.deepEqual([...counts], [1, 1, 2]);
});
