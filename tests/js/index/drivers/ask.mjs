// Answers questions from the index in a folder: `node ask.mjs FOLDER HEAD`. Reads a JSON array of questions from standard
// input and writes the JSON array of their answers. A question is {query, sort, selected: {facet: [value]}, facets, rows,
// isFresh}; `isFresh` asks it of a page that has loaded nothing yet.

import { text } from "node:stream/consumers";
import { Catalog } from "../../../../site_src/js/index/queries.js";
import { IndexReader } from "../../../../site_src/js/index/reader.js";
import { serveFolder } from "./server.mjs";

const [folder, head] = process.argv.slice(2);
const server = await serveFolder(folder);
let reader = await IndexReader.open(server.url + head);
const answers = [];
for (const { query = "", sort = "relevance", selected = {}, facets = [], rows = 10, isFresh = false } of JSON.parse(
  await text(process.stdin),
)) {
  if (isFresh) reader = await IndexReader.open(server.url + head);
  const sets = Object.entries(selected).map(([facet, values]) => [facet, new Set(values)]);
  const question = { query, sort, selected: new Map(sets) };
  const before = server.requests.length;
  let last;
  for await (const answer of new Catalog(reader).ask(question, { facets, rowCount: rows })) last = answer;
  const counts = facets.map((facet) => [facet, named(facet, last.counts.get(facet))]);
  answers.push({
    count: last.count,
    whole: last.whole,
    values: last.values,
    without: last.without,
    counts: Object.fromEntries(counts),
    rows: await last.rowsFrom(0, rows),
    unknown: last.unknown,
    corrections: last.corrections,
    requests: server.requests.slice(before),
  });
}
server.close();
process.stdout.write(JSON.stringify(answers));

/**
 * Counts by the ids of values, as far as the head lists them; those of 0 are left out.
 *
 * @param {string} facet
 * @param {ArrayLike<number>} counts
 */
function named(facet, counts) {
  const { ids } = reader.facet(facet).values;
  const pairs = ["none-stated", ...ids].map((id, code) => [id, counts[code] ?? 0]);
  return Object.fromEntries(pairs.filter(([, count]) => count > 0));
}
