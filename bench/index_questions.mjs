// Asks the index in a folder typical questions: `node index_questions.mjs FOLDER HEAD`. Writes one JSON document.
// Times are those of the thread that a page runs on, without waiting for files.

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { serveFolder } from "../tests/js/index/drivers/server.mjs";
import { Catalog } from "../site_src/js/index/queries.js";
import { IndexReader } from "../site_src/js/index/reader.js";

const [folder, head] = process.argv.slice(2);
const server = await serveFolder(folder);
const sizes = new Map([[head, (await stat(join(folder, head))).size]]);
for (const family of (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
  for (const name of await readdir(join(folder, family.name))) {
    const path = `${family.name}/${name}`;
    sizes.set(path, (await stat(join(folder, path))).size);
  }
}
const ROWS = 25;
let reader = await IndexReader.open(server.url + head);
const visible = [...reader.facets.keys()].filter((name) => name !== "publisher");
const everything = [...reader.facets.keys()];

/** @param {object} question */
function questionOf({ query = "", sort = "relevance", selected = {} }) {
  const sets = Object.entries(selected).map(([facet, values]) => [facet, new Set(values)]);
  return { query, sort, selected: new Map(sets) };
}

/** What a page that has loaded nothing but the head fetches: for the first rows, and for the counts of all short facets. */
async function fetched(question) {
  const [rows, whole] = [await fetchedFor(question, []), await fetchedFor(question, visible)];
  return { ...rows, with_counts: { files: whole.files, bytes: whole.bytes } };
}

async function fetchedFor(question, facets) {
  reader = await IndexReader.open(server.url + head);
  server.requests.length = 0;
  let answer;
  for await (answer of new Catalog(reader).ask(questionOf(question), { facets, rowCount: ROWS }));
  const bytes = server.requests.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
  const shards = server.requests.filter((path) => /^(terms|prefixes)/.test(path)).length;
  return { found: answer.count, files: server.requests.length, bytes, term_shards: shards };
}

/** Milliseconds of processor time for an answer whose files are all loaded: `times` times. */
async function warm(questions, facets, times = 30) {
  for (const facet of everything) await reader.column(facet);
  const catalog = new Catalog(reader);
  const spans = [];
  for (const question of questions) {
    for (let turn = 0; turn < times + 3; turn += 1) {
      const asked = questionOf(question);
      const start = process.cpuUsage();
      for await (const answer of catalog.ask(asked, { facets, rowCount: ROWS })) if (answer.isWhole) break;
      const { user, system } = process.cpuUsage(start);
      if (turn >= 3) spans.push((user + system) / 1000);
    }
  }
  spans.sort((a, b) => a - b);
  const at = (share) => Math.round(spans[Math.floor(share * (spans.length - 1))] * 10) / 10;
  return { median_ms: at(0.5), ninetieth_percentile_ms: at(0.9) };
}

const clicks = [
  { selected: { modality: ["text"] } },
  { selected: { modality: ["text", "audio"], license: ["MIT"] } },
  { selected: { language: ["de"], access: ["open"], license: ["Apache-2.0"] } },
  { selected: { size: ["1K<n<10K", "n<1K"] } },
];
const report = {
  first_click: await fetched({ selected: { modality: ["text"] } }),
  two_filters: await fetched({ selected: { modality: ["text"], license: ["MIT"] } }),
  search_two_words: await fetched({ query: "question answering" }),
  search_two_rare_words: await fetched({ query: "medical radiology" }),
  search_while_typing: await fetched({ query: "sentiment anal" }),
  search_with_an_error: await fetched({ query: "sentimnt analysis" }),
  click_with_columns_loaded: await warm(clicks, visible),
  click_with_counts_of_publishers_too: await warm(clicks, everything),
  search_loaded: await warm([{ query: "question answering" }, { query: "sentiment anal" }], visible),
};
server.close();
process.stdout.write(JSON.stringify(report));
