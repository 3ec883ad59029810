import assert from "node:assert/strict";
import { test } from "node:test";
import { Basket, MOST, formatList, formatMarked, isAddress, parseList, parseMarked } from "../../../site_src/js/basket/basket.js";
import { toBibtex, toCsv, toJson } from "../../../site_src/js/basket/exports.js";

const absolute = (/** @type {string} */ address) => `https://example.org${address}`;
const dataset = (title = "Tides", address = "/datasets/example-org/tides.html") => ({
  address,
  title,
  values: { publisher: [{ id: "example-org", title: "Example" }], license: [{ id: "MIT", title: "MIT" }], language: [{ id: "de", title: "German" }] },
  valueCounts: { language: 12 },
  downloads: 7,
  likes: null,
  changed: "2025-02-03",
  added: null,
  seen: "2025-03-04",
});
const comparison = [
  { facet: "license", title: "Licence", column: "licence" },
  { facet: "size", title: "Size", column: "size" },
  { facet: "language", title: "Languages", column: "languages" },
  { facet: "access", title: "Access", column: "access" },
];
const facets = ["publisher", ...comparison.map(({ facet }) => facet)];
const storage = () => {
  const kept = new Map();
  return { getItem: (/** @type {string} */ key) => kept.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ text) => void kept.set(key, text) };
};

test("what is marked is there again, also in another tab", () => {
  const shared = storage();
  const [one, other] = [new Basket(shared, "key", facets), new Basket(shared, "key", facets)];
  one.add([dataset()]);
  other.read();
  assert.deepEqual(other.datasets.map(({ title, downloads, valueCounts }) => [title, downloads, valueCounts]), [["Tides", 7, { language: 12 }]]);
  other.remove(dataset().address);
  one.read();
  assert.equal(one.size, 0);
});

test("a browser that keeps nothing costs only the memory of it", () => {
  const broken = { getItem() { throw new Error("forbidden"); }, setItem() { throw new Error("full"); } };
  const basket = new Basket(broken, "key", facets);
  basket.add([dataset()]);
  assert.equal(basket.size, 1);
  assert.equal(new Basket(null, "key", facets).size, 0);
});

test("what could not be kept is told, and stays until it can be", () => {
  const shared = storage();
  let isFull = true;
  const full = {
    getItem: shared.getItem,
    setItem(/** @type {string} */ key, /** @type {string} */ text) {
      if (isFull) throw new Error("QuotaExceededError");
      shared.setItem(key, text);
    },
  };
  const basket = new Basket(full, "key", facets);
  assert.ok(basket.isKept);
  basket.add([dataset()]);
  assert.ok(!basket.isKept);
  basket.read(); // as when another tab has changed something
  assert.equal(basket.size, 1);
  isFull = false;
  basket.add([dataset("Other", "/datasets/a/other.html")]);
  assert.ok(basket.isKept);
  assert.equal(new Basket(full, "key", facets).size, 2);
  const none = new Basket(null, "key", facets);
  none.add([dataset()]);
  none.read();
  assert.deepEqual([none.isKept, none.size], [false, 1]);
});

test("a change loses nothing that another tab has marked meanwhile", () => {
  const shared = storage();
  const [one, other] = [new Basket(shared, "key", facets), new Basket(shared, "key", facets)];
  one.add([dataset("A", "/datasets/a/a.html")]);
  other.add([dataset("B", "/datasets/a/b.html")]);
  other.remove("/datasets/a/b.html");
  assert.deepEqual(new Basket(shared, "key", facets).datasets.map(({ title }) => title), ["A"]);
});

test("those that find no room are counted", () => {
  const basket = new Basket(storage(), "key", facets);
  const many = Array.from({ length: MOST + 5 }, (_, number) => dataset("T", `/datasets/a/b${number}.html`));
  assert.equal(basket.add(many), 5);
  assert.equal(basket.add(many.slice(0, 3)), 0);
});

test("there is an end to marking", () => {
  const basket = new Basket(null, "key", facets);
  basket.add(Array.from({ length: MOST + 5 }, (_, number) => dataset("T", `/datasets/a/b${number}.html`)));
  assert.equal(basket.size, MOST);
  assert.ok(basket.isFull);
});

test("of what was kept, only what has the right shape is read", () => {
  for (const text of [null, "", "{", "7", "[]", '{"format":2,"datasets":[]}', '{"format":1,"datasets":{}}']) {
    assert.deepEqual(parseMarked(text, facets), []);
  }
  const odd = [
    { ...dataset(), downloads: -1, likes: "9", changed: "soon", values: { license: "MIT", language: [null, { id: 1 }] } },
    { ...dataset(), address: "javascript:alert(1)" },
    { ...dataset(), address: "/datasets/a/../b.html" },
    { ...dataset(), title: 7 },
    "text",
  ];
  const [found, ...others] = parseMarked(JSON.stringify({ format: 1, datasets: odd }), facets);
  assert.equal(others.length, 0);
  assert.deepEqual([found.downloads, found.likes, found.changed], [null, null, null]);
  assert.deepEqual([found.values.license, found.values.language], [[], []]);
  assert.ok(parseMarked(formatMarked([dataset("x".repeat(9000))]), facets)[0].title.length < 1000);
});

test("a link gives the list back that it was made from", () => {
  const addresses = ["/datasets/example-org/tides.html", "/datasets/a/b,c&d é.html"];
  const list = formatList(addresses.map((address) => ({ address })));
  assert.equal(formatList([{ address: addresses[0] }]), "example-org/tides");
  assert.deepEqual(parseList(`?q=x&list=${list}`), addresses);
  assert.deepEqual(parseList("?list=a/b,a/b,//evil.example/x,..%2F..,100%"), ["/datasets/a/b.html"]);
  assert.equal(parseList("?q=list"), null);
  assert.ok(!isAddress("//evil.example/datasets/a/b.html"));
});

test("no cell of a spreadsheet is a formula", () => {
  for (const text of ['=HYPERLINK("https://evil.example")', "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"]) {
    const [, line] = toCsv([dataset(text)], comparison, absolute).split(/\r\n(?=.*https:\/\/example)|\r\n(?=["'])/);
    assert.match(line, /^"?'/, text);
  }
});

test("cells are quoted as RFC 4180 says", () => {
  const [header, line] = toCsv([dataset('A "b", c')], comparison, absolute).split("\r\n");
  assert.ok(header.startsWith("\ufefftitle,publisher,licence,size,languages,access"));
  assert.ok(line.startsWith('"A ""b"", c",Example,MIT,,"German; and 11 more",'));
  assert.ok(line.endsWith(",7,,2025-02-03,,https://example.org/datasets/example-org/tides.html"));
});

test("the JSON tells ids, and what it does not list", () => {
  const [described] = JSON.parse(toJson([dataset()], comparison, absolute)).datasets;
  assert.deepEqual([described.licence, described.languages, described.more_languages], [["MIT"], ["de"], 11]);
  assert.equal(described.as_of, "2025-03-04");
});

test("no title breaks out of a BibTeX entry, and no two keys are the same", () => {
  const text = toBibtex([dataset("50% {\\input{x}} & #_$~^\nnext"), dataset()], absolute);
  assert.ok(text.includes("title = {{50\\% \\textbraceleft{}\\textbackslash{}input\\textbraceleft{}x\\textbraceright{}\\textbraceright{} \\& \\#\\_\\$\\textasciitilde{}\\textasciicircum{} next}},"));
  assert.deepEqual(text.match(/@misc\{[^,]*/g), ["@misc{example-org:tides", "@misc{example-org:tides-2"]);
  assert.ok(text.includes("year = {2025}") && text.includes("author = {{Example}}"));
});

test("the braces of a BibTeX entry are balanced, whatever a host says", () => {
  const pieces = ["{", "}", "\\", "\\{", "\\}", "}}", "{{", "%", "\n", '"', "@misc{x,", "\u202e", "a"];
  for (const first of pieces) {
    for (const second of pieces) {
      const title = `${first}${second}x${first}`;
      const hostile = { ...dataset(title), values: { publisher: [{ id: "x", title }], license: [{ id: "x", title }] } };
      const text = toBibtex([{ ...hostile, seen: title }, dataset()], absolute);
      let depth = 0;
      for (const character of text) {
        depth += character === "{" ? 1 : character === "}" ? -1 : 0;
        assert.ok(depth >= 0, text);
        if (character === "@") assert.ok(depth === 0 || title.includes("@"), text);
      }
      assert.equal(depth, 0, text);
      assert.ok(text.endsWith("}\n") && /\n}\n\n@misc\{example-org:tides-2,\n/.test(text), text);
    }
  }
});
