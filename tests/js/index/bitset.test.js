import assert from "node:assert/strict";
import { test } from "node:test";
import { allBits, bitsOf, countBits, hasBit, intersect, noBits, positionsOf, unite } from "../../../site_src/js/index/bitset.js";

for (const count of [0, 1, 31, 32, 33, 64, 1000]) {
  test(`a set of all ${count} datasets has each once`, () => {
    const bits = allBits(count);
    assert.equal(countBits(bits), count);
    assert.deepEqual([...positionsOf(bits)], Array.from({ length: count }, (_, position) => position));
  });
}

test("sets give back what was put in, ascending", () => {
  const positions = [0, 31, 32, 63, 64, 95, 511];
  const bits = bitsOf([...positions].reverse(), 512);
  assert.deepEqual([...positionsOf(bits)], positions);
  assert.ok(hasBit(bits, 31));
  assert.ok(!hasBit(bits, 30));
});

test("sets narrow and widen each other", () => {
  const [low, even] = [bitsOf([0, 1, 2, 3], 40), bitsOf([0, 2, 4, 38], 40)];
  assert.deepEqual([...positionsOf(intersect([low, even]))], [0, 2]);
  assert.deepEqual([...positionsOf(low)], [0, 1, 2, 3], "the sets themselves stay as they are");
  const both = noBits(40);
  unite(both, low);
  unite(both, even);
  assert.deepEqual([...positionsOf(both)], [0, 1, 2, 3, 4, 38]);
});
