import assert from "node:assert/strict";
import { test } from "node:test";
import { isOneErrorAway } from "../../../site_src/js/index/spelling.js";

for (const wrong of ["wkipedia", "wikiipedia", "wikipedla", "wikipdeia", "ikipedia", "wikipedi", "wikipediaa", "iwkipedia"]) {
  test(`${wrong} is one error away from wikipedia`, () => {
    assert.ok(isOneErrorAway("wikipedia", wrong));
    assert.ok(isOneErrorAway(wrong, "wikipedia"));
  });
}

for (const wrong of ["wikipedia", "wikpdia", "wikiedpia", "wikipediaaa", "", "wiki"]) {
  test(`${JSON.stringify(wrong)} is not one error away from wikipedia`, () => {
    assert.ok(!isOneErrorAway("wikipedia", wrong));
  });
}
