import assert from "node:assert/strict";
import { test } from "node:test";
import { hasWord, normalise, prepare, score, tokenise } from "../../site_src/js/search.js";

test("case and accents do not count", () => {
  assert.equal(normalise("MÜLLER Straße Ångström"), "muller strasse angstrom");
  assert.deepEqual(tokenise("Éléphants, d'Afrique (2024)"), ["elephants", "d", "afrique", "2024"]);
});

test("a word is found by its beginning, not by its middle", () => {
  assert.ok(hasWord(prepare("Tides of the sea"), "tid"));
  assert.ok(!hasWord(prepare("Tides of the sea"), "ides"));
});

test("parts of compound names are words", () => {
  for (const word of ["open", "tides", "opentides", "v2"]) assert.ok(hasWord(prepare("OpenTides_v2"), word), word);
  assert.ok(hasWord(prepare("HTTPServer"), "server"));
});

test("scripts without spaces are found anywhere in a text", () => {
  assert.ok(hasWord(prepare("日本語の質問応答データ"), "質問"));
  assert.ok(hasWord(prepare("ข้อมูลภาษาไทย"), normalise("ภาษา")));
  assert.ok(!hasWord(prepare("日本語"), "中国"));
});

test("every word must be found", () => {
  const prepared = { title: prepare("Tides"), publisher: prepare("Sample"), text: prepare("heights of water") };
  assert.ok(score(prepared, ["tides", "water"]) > 0);
  assert.equal(score(prepared, ["tides", "fire"]), 0);
});

test("a name counts for more than a description, the whole name most", () => {
  const of = (title, text) => score({ title: prepare(title), publisher: " ", text: prepare(text) }, ["tides"]);
  assert.ok(of("Tides", "") > of("Tides of the sea", ""));
  assert.ok(of("Tides of the sea", "") > of("Sea", "its tides"));
});
