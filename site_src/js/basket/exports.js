/**
 * A list of datasets as CSV, JSON and BibTeX; it must not touch the page. All texts are those of hosts, and hostile.
 */

/**
 * @typedef {import("./basket.js").Marked} Marked
 * @typedef {import("../index/head.js").ComparisonLine} ComparisonLine
 * @typedef {(address: string) => string} Absolute  The full URL of a dataset's page.
 */

/**
 * RFC 4180, UTF-8 with a byte order mark, without which spreadsheets take it for something else.
 *
 * @param {Marked[]} datasets
 * @param {ComparisonLine[]} comparison
 * @param {Absolute} absolute
 */
export function toCsv(datasets, comparison, absolute) {
  const names = comparison.map(({ column }) => column);
  const header = ["title", "publisher", ...names, "downloads", "likes", "changed", "added", "url"];
  const lines = datasets.map((dataset) => [
    dataset.title,
    titlesOf(dataset, "publisher").join("; "),
    ...comparison.map(({ facet }) => {
      const titles = titlesOf(dataset, facet);
      const more = missing(dataset, facet);
      return [...titles, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
    }),
    dataset.downloads ?? "",
    dataset.likes ?? "",
    dataset.changed ?? "",
    dataset.added ?? "",
    absolute(dataset.address),
  ]);
  return `\ufeff${[header, ...lines].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

/**
 * A spreadsheet would run a cell that begins like a formula (OWASP, "CSV Injection"): an apostrophe makes it text.
 *
 * @param {string | number} value
 */
function cell(value) {
  let text = String(value);
  if (typeof value === "string" && /^[\s\0]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(text)) text = `'${text}`;
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * @param {Marked[]} datasets
 * @param {ComparisonLine[]} comparison
 * @param {Absolute} absolute
 */
export function toJson(datasets, comparison, absolute) {
  const described = datasets.map((dataset) => ({
    title: dataset.title,
    url: absolute(dataset.address),
    publisher: dataset.values.publisher?.[0] ?? null,
    ...Object.fromEntries(
      comparison.map(({ facet, column }) => [column, (dataset.values[facet] ?? []).map(({ id }) => id)]),
    ),
    ...Object.fromEntries(
      comparison
        .filter(({ facet }) => missing(dataset, facet) > 0)
        .map(({ facet, column }) => [`more_${column}`, missing(dataset, facet)]),
    ),
    downloads: dataset.downloads,
    likes: dataset.likes,
    changed: dataset.changed,
    added: dataset.added,
    as_of: dataset.seen || null,
  }));
  return `${JSON.stringify({ datasets: described }, null, 2)}\n`;
}

/**
 * One `@misc` a dataset: BibTeX knows no datasets, BibLaTeX takes both.
 *
 * @param {Marked[]} datasets
 * @param {Absolute} absolute
 */
export function toBibtex(datasets, absolute) {
  /** @type {Set<string>} */
  const keys = new Set();
  const entries = datasets.map((dataset) => {
    const [publisher = ""] = titlesOf(dataset, "publisher");
    const [license = ""] = titlesOf(dataset, "license");
    const note = ["Dataset", license === "" ? "" : `licence ${license}`, dataset.seen ? `as of ${dataset.seen}` : ""];
    const fields = {
      title: `{${bibtexText(dataset.title)}}`,
      author: publisher === "" ? "" : `{${bibtexText(publisher)}}`,
      year: dataset.changed?.slice(0, 4) ?? dataset.added?.slice(0, 4) ?? "",
      howpublished: `\\url{${absolute(dataset.address).replace(/[{}\\%#]/g, encodeURIComponent)}}`,
      note: bibtexText(note.filter((part) => part !== "").join(", ")),
    };
    const lines = Object.entries(fields).filter(([, value]) => value !== "");
    return `@misc{${keyOf(dataset, keys)},\n${lines.map(([name, value]) => `  ${name} = {${value}},\n`).join("")}}\n`;
  });
  return entries.join("\n");
}

/**
 * @param {Marked} dataset
 * @param {Set<string>} taken
 */
function keyOf(dataset, taken) {
  const name = dataset.address.slice("/datasets/".length, -".html".length);
  // All that tells two addresses apart stays in the key, so that it is the same in every export.
  const plain = name.toLowerCase().replaceAll("/", ":").replace(/[^a-z0-9._:-]/g, "-") || "dataset";
  let key = plain;
  for (let number = 2; taken.has(key); number += 1) key = `${plain}-${number}`;
  taken.add(key);
  return key;
}

/** @type {Record<string, string>} */
const ESCAPES = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  // BibTeX counts braces whatever stands before them: an escaped one without its partner would end the entry.
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
};

/** @param {string} text */
function bibtexText(text) {
  return text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/[\\~^{}$&#_%]/g, (character) => ESCAPES[character] ?? `\\${character}`)
    .trim();
}

/**
 * @param {Marked} dataset
 * @param {string} facet
 */
export function titlesOf(dataset, facet) {
  return (dataset.values[facet] ?? []).map(({ title }) => title);
}

/**
 * How many values of a facet are not among those that are kept.
 *
 * @param {Marked} dataset
 * @param {string} facet
 */
export function missing(dataset, facet) {
  const known = dataset.values[facet]?.length ?? 0;
  return Math.max(0, (dataset.valueCounts[facet] ?? known) - known);
}
