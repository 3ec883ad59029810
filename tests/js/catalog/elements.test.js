import assert from "node:assert/strict";
import { test } from "node:test";
import { numbers, plural } from "../../../site_src/js/catalog/elements.js";

test("numbers are written as English writes them", () => {
  const english = new Intl.NumberFormat("en");
  for (const number of [0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 4_294_967_294]) {
    assert.equal(numbers.format(number), english.format(number));
  }
  assert.equal(plural(1, "dataset"), "1 dataset");
  assert.equal(plural(1200, "dataset"), "1,200 datasets");
});
