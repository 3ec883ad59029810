import assert from "node:assert/strict";
import { test } from "node:test";
import { countOf, groupValues, spellValue } from "../../../site_src/js/catalog/values.js";
import { pageNumbers } from "../../../site_src/js/catalog/pages.js";

const facet = {
  name: "license",
  title: "Licence",
  groups: ["Permissive", "Share alike", "Empty"],
  unstated: 4,
  size: 4,
  values: {
    ids: ["MIT", "CC-BY-SA-4.0", "odd"],
    group_numbers: [0, 1, -1],
    hints: ["MIT License", "", ""],
    counts: [9, 5, 1],
  },
  column: { name: "", width: 1, many: 0, codes: 0, bytes: 0 },
  previews: "",
  files: "0a1b2c3d4e5f",
};

test("values stand in their groups, those without any and what nobody states last", () => {
  const groups = groupValues(facet).map(({ title, values }) => [title, values.map(({ id }) => id)]);
  assert.deepEqual(groups, [["Permissive", ["MIT"]], ["Share alike", ["CC-BY-SA-4.0"]], ["", ["odd", "none-stated"]]]);
});

test("a value is spelled as the catalog spells it; one that is not listed stays as it is", () => {
  assert.equal(spellValue(facet, "mit"), "MIT");
  assert.equal(spellValue(facet, "None-Stated"), "none-stated");
  assert.equal(spellValue(facet, "Other"), "Other");
});

test("counts are those of the answer, or of the whole catalog where nothing else is chosen", () => {
  const [mit, other] = [1, 4].map((code) => ({ id: "", title: "", hint: "", code, total: 9 }));
  assert.equal(countOf(mit, facet, undefined, true), 9);
  assert.equal(countOf(mit, facet, undefined, false), null, "not known yet");
  assert.equal(countOf(mit, facet, [0, 3], false), 3);
  assert.equal(countOf(mit, facet, [2], false), 0, "zeros at the end are left out");
  assert.equal(countOf(other, facet, [0, 3], false), null, "the answer counts the listed values only");
  assert.equal(countOf(other, facet, [0, 3, 0, 0, 7], false), 7);
});

test("a pager stays short", () => {
  assert.deepEqual(pageNumbers(1, 4), [1, 2, 3, 4]);
  assert.deepEqual(pageNumbers(10, 20), [1, 2, null, 8, 9, 10, 11, 12, null, 19, 20]);
  assert.deepEqual(pageNumbers(1, 2000), [1, 2, 3, null, 1999, 2000]);
});
