import assert from "node:assert/strict";
import { test } from "node:test";
import { findHighlights } from "../../../site_src/js/index/highlights.js";
import { wordsOfQuery } from "../../../site_src/js/index/tokenizer.js";

/**
 * @param {string} text
 * @param {string} query
 * @param {boolean} [isName]
 */
function marked(text, query, isName) {
  return findHighlights(text, wordsOfQuery(query), isName).map(([start, end]) => text.slice(start, end));
}

test("whole words are marked, and of the last one its prefix", () => {
  assert.deepEqual(marked("Tide heights; tidewater, high", "tide hei"), ["Tide", "hei"]);
});

test("case and accents do not count", () => {
  assert.deepEqual(marked("Das MÜLLER-Haus", "muller haus"), ["MÜLLER", "Haus"]);
});

test("parts of compound names are marked in names only", () => {
  assert.deepEqual(marked("OpenTides_v2", "tides x", true), ["Tides"]);
  assert.deepEqual(marked("OpenTides_v2", "tides x"), []);
});

test("pairs of unspaced scripts grow together", () => {
  assert.deepEqual(marked("中文数据集合", "数据集"), ["数据集"]);
  assert.deepEqual(marked("集と集", "集"), ["集", "集"]);
});

test("the last word may be unfinished, the others not", () => {
  assert.deepEqual(wordsOfQuery("open ti"), [
    { token: "open", isPrefix: false },
    { token: "ti", isPrefix: true },
  ]);
  assert.deepEqual(wordsOfQuery("数据集"), [
    { token: "数据", isPrefix: false },
    { token: "据集", isPrefix: false },
  ]);
  assert.deepEqual(wordsOfQuery("数"), [{ token: "数", isPrefix: true }]);
  assert.deepEqual(wordsOfQuery("data data"), [{ token: "data", isPrefix: false }]);
});
