import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, countFilters, drop, emptyState, formatState, parseState, sortOf } from "../../site_src/js/state.js";

const KNOWN = new Map([
  ["domain", new Map([["finance", "finance"], ["marine", "marine"]])],
  ["license", new Map([["cc-by-4.0", "CC-BY-4.0"], ["a, b&c", "A, b&c"]])],
]);
const FACETS = [...KNOWN.keys()];

test("a link gives the state back that it was made from", () => {
  const state = emptyState();
  state.query = "R&D 100% + “é” ?#=";
  state.sort = "likes";
  choose(state, "domain", "marine");
  choose(state, "domain", "finance");
  choose(state, "license", "A, b&c");
  const { state: read, ignored } = parseState(formatState(state, FACETS), KNOWN);
  assert.deepEqual(ignored, []);
  assert.equal(read.query, state.query);
  assert.equal(read.sort, "likes");
  assert.deepEqual([...read.selected.get("domain")].sort(), ["finance", "marine"]);
  assert.deepEqual([...read.selected.get("license")], ["A, b&c"]);
});

test("links are short and readable", () => {
  const state = emptyState();
  state.query = "tide heights";
  choose(state, "domain", "marine");
  choose(state, "domain", "finance");
  assert.equal(formatState(state, FACETS), "?q=tide+heights&domain=finance,marine");
  assert.equal(formatState(emptyState(), FACETS), "");
});

test("an order that is the default is not written", () => {
  assert.equal(formatState({ ...emptyState(), sort: "downloads" }, FACETS), "");
  assert.equal(formatState({ ...emptyState(), query: "a", sort: "relevance" }, FACETS), "?q=a");
  assert.equal(formatState({ ...emptyState(), query: "a", sort: "downloads" }, FACETS), "?q=a&sort=downloads");
});

test("values are found in any case and written as the catalog writes them", () => {
  const { state } = parseState("?license=cc-BY-4.0", KNOWN);
  assert.deepEqual([...state.selected.get("license")], ["CC-BY-4.0"]);
});

test("what the catalog does not have is ignored and reported", () => {
  const { state, ignored } = parseState("?domain=finance,astrology&sort=magic&utm_source=mail", KNOWN);
  assert.deepEqual([...state.selected.get("domain")], ["finance"]);
  assert.equal(state.sort, null);
  assert.deepEqual(ignored, ["domain=astrology", "sort=magic"]);
});

test("a broken percent sign in a link does no harm", () => {
  assert.equal(parseState("?q=100%", KNOWN).state.query, "100%");
});

test("relevance needs a search", () => {
  assert.equal(sortOf({ ...emptyState(), sort: "relevance" }), "downloads");
  assert.equal(sortOf({ ...emptyState(), query: "a" }), "relevance");
  assert.equal(sortOf({ ...emptyState(), query: "a", sort: "name" }), "name");
});

test("dropping the last value of a facet drops the facet", () => {
  const state = emptyState();
  choose(state, "domain", "marine");
  choose(state, "domain", "finance");
  assert.equal(countFilters(state), 2);
  drop(state, "domain", "marine");
  drop(state, "domain", "finance");
  assert.equal(state.selected.size, 0);
});
