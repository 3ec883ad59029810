import assert from "node:assert/strict";
import { test } from "node:test";
import { readCatalog } from "../../site_src/js/data.js";
import { find, findRelaxations } from "../../site_src/js/filter.js";
import { UNSTATED, choose, emptyState } from "../../site_src/js/state.js";

const FACETS = ["domain", "modality"];
const CATALOG = readCatalog({
  format: 1,
  facets: [
    { name: "domain", title: "Domain", values: [["finance", "Finance", "Other", ""], ["marine", "Marine", null, ""]] },
    { name: "modality", title: "Modality", values: [["text", "Text", null, ""], ["audio", "Audio", null, ""]] },
  ],
  columns: ["title", "address", "publisher_title", "snippet", "domain", "modality", "downloads", "likes", "date_modified", "date_added"],
  datasets: [
    ["Cash", "/1", "Bank", "money", ["finance"], ["text"], 90, 1, "2026-01-01", null],
    ["Äpfel", "/2", "Farm", "fruit", null, ["text", "audio"], 80, null, null, "2026-02-02"],
    ["Waves", "/3", "Harbour", "the sea", ["marine"], ["audio"], null, 7, "2026-03-03", "2025-01-01"],
    ["Boats", "/4", "Harbour", "cash for boats", ["marine", "finance"], null, null, null, null, null],
  ],
});

function titles(change = () => {}) {
  const state = emptyState();
  change(state);
  return find(CATALOG.rows, state, FACETS).datasets.map((row) => row.title);
}

test("values of one facet widen, facets narrow", () => {
  assert.deepEqual(titles((s) => choose(s, "domain", "marine")), ["Waves", "Boats"]);
  assert.deepEqual(titles((s) => (choose(s, "domain", "marine"), choose(s, "domain", "finance"))), ["Cash", "Waves", "Boats"]);
  assert.deepEqual(titles((s) => (choose(s, "domain", "marine"), choose(s, "modality", "audio"))), ["Waves"]);
});

test("datasets of which nobody states a value are a value too", () => {
  assert.deepEqual(titles((s) => choose(s, "domain", UNSTATED)), ["Äpfel"]);
  assert.equal(CATALOG.values.get("modality").get(UNSTATED).title, "Not stated");
});

test("counts say what choosing a value would give", () => {
  const state = emptyState();
  choose(state, "modality", "audio");
  const { datasets, counts } = find(CATALOG.rows, state, FACETS);
  assert.equal(datasets.length, 2);
  for (const [facet, values] of counts) {
    for (const [value, count] of values) {
      const alone = emptyState();
      if (facet !== "modality") choose(alone, "modality", "audio");
      choose(alone, facet, value);
      assert.equal(find(CATALOG.rows, alone, FACETS).datasets.length, count, `${facet}=${value}`);
    }
  }
  assert.equal(counts.get("domain").get("finance"), undefined);
  assert.equal(counts.get("modality").get("text"), 2);
});

test("search looks at names, publishers, descriptions and values", () => {
  assert.deepEqual(titles((s) => (s.query = "harb")), ["Waves", "Boats"]);
  assert.deepEqual(titles((s) => (s.query = "apfel")), ["Äpfel"]);
  assert.deepEqual(titles((s) => (s.query = "marine cash")), ["Boats"]);
  assert.deepEqual(titles((s) => (s.query = "nothing of the kind")), []);
});

test("the name weighs most in a search", () => {
  assert.deepEqual(titles((s) => (s.query = "cash")), ["Cash", "Boats"]);
});

test("what is not stated stands last in every order", () => {
  const sorted = (sort) => titles((s) => (s.sort = sort));
  assert.deepEqual(sorted("downloads"), ["Cash", "Äpfel", "Waves", "Boats"]);
  assert.deepEqual(sorted("likes"), ["Waves", "Cash", "Äpfel", "Boats"]);
  assert.deepEqual(sorted("changed"), ["Waves", "Cash", "Äpfel", "Boats"]);
  assert.deepEqual(sorted("added"), ["Äpfel", "Waves", "Cash", "Boats"]);
  assert.deepEqual(sorted("name"), ["Äpfel", "Boats", "Cash", "Waves"]);
});

test("an empty result says which filter to drop, the most useful first", () => {
  const state = emptyState();
  state.query = "fruit";
  choose(state, "domain", "finance");
  assert.deepEqual(find(CATALOG.rows, state, FACETS).datasets, []);
  assert.deepEqual(findRelaxations(CATALOG.rows, state, FACETS), [
    { facet: null, count: 2 },
    { facet: "domain", count: 1 },
  ]);
});

test("a file of another format is refused with a word", () => {
  assert.throws(() => readCatalog({ format: 2, facets: [], columns: [], datasets: [] }), /format is 2, not 1/);
});
