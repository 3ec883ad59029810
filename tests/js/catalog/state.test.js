import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, countFilters, drop, emptyState, formatState, parseState, sortOf, without } from "../../../site_src/js/catalog/state.js";

const FACETS = ["domain", "license"];
const spell = (/** @type {string} */ _facet, /** @type {string} */ value) =>
  ["CC-BY-4.0", "A, b&c"].find((known) => known.toLowerCase() === value.toLowerCase()) ?? value;
const parse = (/** @type {string} */ search) => parseState(search, FACETS, spell);

test("a link gives the state back that it was made from", () => {
  const state = emptyState();
  state.query = "R&D 100% + “é” ?#=";
  state.sort = "likes";
  choose(state, "domain", "marine");
  choose(state, "domain", "finance");
  choose(state, "license", "A, b&c");
  const { state: read, ignored } = parse(formatState(state, FACETS));
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
  const { state } = parse("?license=cc-BY-4.0");
  assert.deepEqual([...state.selected.get("license")], ["CC-BY-4.0"]);
});

test("what makes no sense is ignored and reported, what is not ours is left alone", () => {
  const { state, ignored } = parse("?domain=finance,,&sort=magic&page=0&utm_source=mail&&q=");
  assert.deepEqual([...state.selected.get("domain")], ["finance"]);
  assert.equal(state.sort, null);
  assert.equal(state.page, 1);
  assert.deepEqual(ignored, ["sort=magic", "page=0"]);
});

test("a page is written where it is not the first", () => {
  assert.equal(formatState({ ...emptyState(), page: 3 }, FACETS), "?page=3");
  assert.equal(parse("?page=3").state.page, 3);
});

test("a link with thousands of values asks for a few", () => {
  const values = Array.from({ length: 5000 }, (_, number) => `v${number}`).join(",");
  assert.equal(countFilters(parse(`?domain=${values}`).state), 200);
});

test("a question without one facet, or without its search", () => {
  const { state } = parse("?q=tides&domain=marine&license=CC-BY-4.0&page=2");
  assert.equal(formatState(without(state, "domain"), FACETS), "?q=tides&license=CC-BY-4.0");
  assert.equal(formatState(without(state, null), FACETS), "?domain=marine&license=CC-BY-4.0");
  assert.equal(state.selected.size, 2);
});

test("a broken percent sign in a link does no harm", () => {
  assert.equal(parse("?q=100%").state.query, "100%");
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
