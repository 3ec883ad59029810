import assert from "node:assert/strict";
import { test } from "node:test";
import { bitsOf } from "../../../site_src/js/index/bitset.js";
import { listByScore, listInOrder, orderByKeys } from "../../../site_src/js/index/orders.js";

test("the largest keys come first, equals by rank, what is not stated last", () => {
  for (const Numbers of [Uint8Array, Uint16Array, Uint32Array]) {
    assert.deepEqual([...orderByKeys(Numbers.of(0, 7, 3, 7, 0, 200))], [5, 1, 3, 2, 0, 4]);
  }
});

test("large keys are ordered as a plain sort orders them", () => {
  const keys = Uint32Array.from({ length: 5000 }, (_, index) => Math.imul(index, 2_654_435_761) >>> 0);
  const plain = Array.from(keys.keys()).sort((a, b) => keys[b] - keys[a] || a - b);
  assert.deepEqual([...orderByKeys(keys)], plain);
});

test("a list has the datasets of a set only", () => {
  const bits = bitsOf([1, 2, 5], 6);
  assert.deepEqual([...listInOrder(bits, null)], [1, 2, 5]);
  assert.deepEqual([...listInOrder(bits, orderByKeys(Uint8Array.of(9, 1, 2, 8, 7, 3)))], [5, 2, 1]);
  assert.deepEqual([...listByScore(bits, Uint16Array.of(9, 4, 60_000, 9, 9, 4))], [2, 1, 5]);
});
