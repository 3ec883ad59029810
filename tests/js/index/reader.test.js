import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { IndexError } from "../../../site_src/js/index/head.js";
import { IndexReader } from "../../../site_src/js/index/reader.js";
import { serveFolder } from "./drivers/server.mjs";

const column = (/** @type {string} */ name) => ({ name, width: 1, many: 0, codes: 3, bytes: 0 });
const facet = (/** @type {string} */ name, /** @type {string} */ file) => ({
  name,
  title: name,
  groups: [],
  unstated: 1,
  size: 2,
  values: { ids: ["a", "b"], counts: [1, 1] },
  column: column(file),
  previews: "",
  files: "",
});
const names = { packed: "aaaaaaaaaaaa", unpacked: "bbbbbbbbbbbb", damaged: "cccccccccccc", short: "dddddddddddd" };
const head = {
  format: 4,
  count: 3,
  today: 1,
  rows_in_page: 2,
  facets: [...Object.entries(names).map(([name, file]) => facet(name, file)), facet("missing", "eeeeeeeeeeee")],
  orders: {},
  directories: { search: {}, rows: "", pages: 4096 },
  rows: null,
};

/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let server;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "index-"));
  await mkdir(join(folder, "columns"));
  const packed = gzipSync(Uint8Array.of(1, 0, 2));
  const write = (/** @type {string} */ name, /** @type {Uint8Array} */ content) =>
    writeFile(join(folder, "columns", `${name}.bin`), content);
  await write(names.packed, packed);
  await write(names.unpacked, Uint8Array.of(1, 0, 2));
  await write(names.damaged, packed.subarray(0, packed.length - 9));
  await write(names.short, gzipSync(Uint8Array.of(1)));
  await writeFile(join(folder, "head.json"), JSON.stringify(head));
  await writeFile(join(folder, "newer.json"), JSON.stringify({ ...head, format: 5 }));
  await writeFile(join(folder, "broken.json"), "{");
  server = await serveFolder(folder);
});
after(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

test("a file is fetched once, and unpacked wherever that was not done on the way", async () => {
  const reader = await IndexReader.open(`${server.url}head.json`);
  server.requests.length = 0;
  const columns = await Promise.all([reader.column("packed"), reader.column("packed"), reader.column("unpacked")]);
  for (const { codes } of columns) assert.deepEqual([...codes], [1, 0, 2]);
  assert.equal(server.requests.length, 2);
  assert.ok(reader.hasColumn("packed"));
});

for (const [name, reason] of /** @type {const} */ ([
  ["missing", /columns\/eeeeeeeeeeee\.bin could not be loaded: the server answered 404/],
  ["damaged", /columns\/cccccccccccc\.bin could not be loaded: it is damaged/],
  ["short", /columns\/dddddddddddd\.bin could not be loaded: it is shorter than the head says/],
])) {
  test(`a ${name} file is named`, async () => {
    const reader = await IndexReader.open(`${server.url}head.json`);
    await assert.rejects(reader.column(name), reason);
    assert.ok(!reader.hasColumn(name));
  });
}

test("a file that is gone may mean that the catalog was published anew", async () => {
  const reader = await IndexReader.open(`${server.url}head.json`);
  await assert.rejects(reader.column("missing"), (error) => error instanceof IndexError && error.isMissing);
});

test("a head of another format, or none, is refused by name", async () => {
  await assert.rejects(IndexReader.open(`${server.url}newer.json`), /newer\.json could not be loaded: its format is 5, not 4/);
  await assert.rejects(IndexReader.open(`${server.url}none.json`), /none\.json could not be loaded: the server answered 404/);
  await assert.rejects(IndexReader.open(`${server.url}broken.json`), /broken\.json could not be loaded/);
});

test("an ended question is told so, not that a file is broken", async () => {
  const reader = await IndexReader.open(`${server.url}head.json`);
  const question = new AbortController();
  const loading = reader.column("packed", question.signal);
  question.abort(new Error("newer question"));
  await assert.rejects(loading, /^Error: newer question$/);
  assert.deepEqual([...(await reader.column("packed")).codes], [1, 0, 2]);
});
