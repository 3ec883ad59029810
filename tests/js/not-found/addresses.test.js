import assert from "node:assert/strict";
import { test } from "node:test";
import { findWanted } from "../../../site_src/js/not-found/addresses.js";

const LEADING = [
  ["/datasets/HuggingFaceFW/fineweb", "HuggingFaceFW/fineweb", ["datasets/huggingfacefw/fineweb.html"]],
  ["/datasets/HuggingFaceFW/FineWeb/", "HuggingFaceFW/FineWeb", ["datasets/huggingfacefw/fineweb.html"]],
  ["/datasets/HuggingFaceFW/fineweb/tree/main/data", "HuggingFaceFW/fineweb", ["datasets/huggingfacefw/fineweb.html"]],
  ["/Datasets/A/B_c.d-e", "A/B_c.d-e", ["datasets/a/b_c.d-e.html"]],
  ["/datasets/SQuAD", "SQuAD", ["datasets/_/squad.html"]],
  ["/datasets/NUL/Con.v2", "NUL/Con.v2", ["datasets/-nul/-con.v2.html"]],
  // A name may end so, though it is more often that of a file.
  ["/datasets/A/B.HTML", "A/B", ["datasets/a/b.html", "datasets/a/b.html.html"]],
];

for (const [path, id, addresses] of LEADING) {
  test(`${path} names a dataset`, () => {
    const wanted = findWanted(path, "/");
    assert.deepEqual([wanted?.id, wanted?.addresses], [id, addresses]);
  });
}

for (const path of [
  "/",
  "/datasets",
  "/datasets/",
  "/nowhere/A/B",
  "/datasets/%E0%A4%A/b",
  "/datasets/a/%3Cimg%3E",
  "/datasets/a/%2e%2e%5Cb",
  "/datasets/.html",
  "/datasets/%2e%2e/%2e%2e",
  "/datasets/%2e%2e/b",
  "/datasets/a/%2e",
  `/datasets/a/${"b".repeat(97)}`,
]) {
  test(`${path} names no dataset`, () => assert.equal(findWanted(path, "/"), null));
}

test("the base path is no part of the address", () => {
  assert.equal(findWanted("/base/datasets/A/B", "/base/")?.addresses[0], "datasets/a/b.html");
  assert.equal(findWanted("/datasets/A/B", "/base/"), null);
});
