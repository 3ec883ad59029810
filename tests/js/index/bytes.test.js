import assert from "node:assert/strict";
import { test } from "node:test";
import { NumberReader } from "../../../site_src/js/index/bytes.js";

const numbers = [0, 1, 127, 128, 300, 2 ** 14 - 1, 2 ** 14, 2 ** 28 - 1, 2 ** 28, 2 ** 32 - 1];
const encoded = numbers.flatMap((number) => {
  const bytes = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
});

test("a list of numbers is read at once as one by one", () => {
  const all = new Uint32Array(numbers.length);
  const reader = new NumberReader(Uint8Array.from([99, ...encoded, 7]), 1);
  reader.read(all);
  assert.deepEqual([...all], numbers);
  assert.equal(reader.next(), 7);
  const single = new NumberReader(Uint8Array.from(encoded), 0);
  assert.deepEqual(numbers.map(() => single.next()), numbers);
});

test("what is passed over is as long as what is read", () => {
  const reader = new NumberReader(Uint8Array.from([...encoded, 7]), 0);
  reader.skip(numbers.length);
  assert.equal(reader.next(), 7);
});
