/**
 * Fetches and unpacks the files of the index, each once, as docs/index-format.md describes them; it must not answer
 * queries or touch the page.
 */

import { readColumn } from "./columns.js";
import { readColumnNumbers } from "./bytes.js";
import { Head, IndexError, fetchBytes, readAs, readJson } from "./head.js";
import { RequestCache } from "./request-cache.js";
import { orderByKeys } from "./orders.js";
import { readRow } from "./row-decoder.js";
import { Shard } from "./shards.js";

const NAME_LENGTH = 12;
const PAGES_REMEMBERED = 400;
const MOST_PREPARED = 16; // directories of rows: those of 100,000 datasets, 22 kB, and 6 kB of the search

/**
 * @typedef {object} FacetPreview
 * @property {number} count
 * @property {number[]} positions
 * @property {import("./row-decoder.js").RowPage} rows
 * @property {Record<string, number[]>} counts
 *
 * @typedef {"terms" | "prefixes" | "words" | "suffixes" | "lists"} Family
 */

export class IndexReader extends Head {
  #loads = new RequestCache();
  #pages = new RequestCache(PAGES_REMEMBERED);

  /**
   * Reads the head. Rejects with an `IndexError`.
   *
   * @param {string} url  Absolute.
   */
  static async open(url) {
    const { head } = await Head.read(url);
    return new IndexReader(head, url);
  }

  /**
   * A facet's values of all datasets.
   *
   * @param {string} name
   * @param {AbortSignal} [signal]
   * @param {"high" | "low"} [priority]
   * @returns {Promise<import("./columns.js").Column>}
   */
  column(name, signal, priority = "high") {
    const form = this.facet(name).column;
    return this.#load(`columns/${form.name}`, (bytes) => readColumn(bytes, form, this.count), signal, priority);
  }

  /**
   * Whether a column is here, so that `column` takes no time.
   *
   * @param {string} name
   */
  hasColumn(name) {
    return this.#loads.has(`columns/${this.facet(name).column.name}`);
  }

  /**
   * All datasets in an order; null where it is rank order.
   *
   * @param {string} name  `downloads`, `likes`, `changed`, `added`, `name` or `size`.
   * @param {AbortSignal} [signal]
   * @returns {Promise<Uint32Array | null>}
   */
  async order(name, signal) {
    if (name === "size") {
      const column = await this.column("size", signal);
      return this.#loads.get("order by size", async () => orderByKeys(column.codes), signal);
    }
    const form = this.head.orders[name];
    if (!form) return null;
    const read = (/** @type {Uint8Array} */ bytes) =>
      orderByKeys(readColumnNumbers(bytes, 0, this.count, form.width));
    return this.#load(`orders/${form.name}`, read, signal);
  }

  /**
   * What a first click on a value shows; null where there is no such file.
   *
   * @param {string} facet
   * @param {number} code
   * @param {AbortSignal} [signal]
   * @returns {Promise<FacetPreview> | null}
   */
  preview(facet, code, signal) {
    const name = nameAt(this.facet(facet).previews, code);
    return name === "" || /^0+$/.test(name) ? null : this.#load(`previews/${name}`, readJson, signal);
  }

  /**
   * All values of a facet, part by part, the most frequent first.
   *
   * @param {string} name
   * @param {AbortSignal} [signal]
   * @returns {AsyncGenerator<import("./head.js").ValueList>}
   */
  async *values(name, signal) {
    const facet = this.facet(name);
    if (facet.files === "") yield facet.values;
    for (let number = 0; number * NAME_LENGTH < facet.files.length; number += 1) {
      yield await this.#load(`values/${nameAt(facet.files, number)}`, readJson, signal);
    }
  }

  /**
   * The rows of some datasets, in the order of `positions`.
   *
   * @param {ArrayLike<number>} positions
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("./row-decoder.js").Row[]>}
   */
  async rows(positions, signal) {
    const size = this.head.rows_in_page;
    const asked = Array.from(positions);
    const known = this.head.rows?.title.length ?? 0;
    if (asked.every((position) => position < known)) {
      return asked.map((position) => this.rowOf(/** @type {any} */ (this.head.rows), position, position));
    }
    const numbers = [...new Set(asked.map((position) => Math.floor(position / size)))];
    const loaded = await Promise.all(
      numbers.map(async (number) => {
        const name = await this.#pageName(number, signal);
        const load = (/** @type {AbortSignal} */ ending) => this.#file(`rows/${name}`, readJson, ending);
        return /** @type {[number, any]} */ ([number, await this.#pages.get(name, load, signal)]);
      }),
    );
    const pages = new Map(loaded);
    return asked.map((position) => this.rowOf(pages.get(Math.floor(position / size)), position % size, position));
  }

  /**
   * @param {number} number  Of a page of rows.
   * @param {AbortSignal} [signal]
   */
  async #pageName(number, signal) {
    const { rows, pages } = this.head.directories;
    const path = `directories/${nameAt(rows, Math.floor(number / pages))}`;
    const start = (number % pages) * (NAME_LENGTH / 2);
    const name = (await this.#load(path, asItIs, signal)).subarray(start, start + NAME_LENGTH / 2);
    return Array.from(name, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /**
   * A row of a page that is here.
   *
   * @param {import("./row-decoder.js").RowPage} page
   * @param {number} index
   * @param {number} position
   */
  rowOf(page, index, position) {
    return readRow(page, index, position, (facet, code) => this.value(facet, code));
  }

  /**
   * A value that the head lists.
   *
   * @param {string} facet
   * @param {number} code  From 1.
   */
  value(facet, code) {
    const { ids, titles = ids } = this.facet(facet).values;
    return { id: ids[code - 1], title: titles[code - 1] };
  }

  /**
   * The names of the shards that have the keys from one to another, in order; at most `most`.
   *
   * @param {Family} family
   * @param {string} first
   * @param {string} last
   * @param {number} most
   * @param {AbortSignal} [signal]
   * @returns {Promise<string[]>}
   */
  async shardNames(family, first, last, most, signal) {
    /** @type {string[]} */
    const names = [];
    const { search, lists } = this.head.directories;
    const directories = family === "lists" ? lists : search[family];
    for (const directory of filesOf(directories, first, last)) {
      if (names.length >= most) break;
      names.push(...filesOf(await this.#directory(directory, signal), first, last));
    }
    return names.slice(0, most);
  }

  /**
   * @param {string} name
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("./head.js").FileList>}
   */
  #directory(name, signal) {
    return this.#load(`directories/${name}`, readJson, signal);
  }

  /**
   * @param {Family} family
   * @param {string} name
   * @param {AbortSignal} [signal]
   * @returns {Promise<Shard>}
   */
  shard(family, name, signal) {
    const hasPostings = family !== "words" && family !== "suffixes";
    return this.#load(`${family}/${name}`, (bytes) => new Shard(bytes, hasPostings), signal);
  }

  /**
   * The names of values, as `read` makes them of the file.
   *
   * @template T
   * @param {(bytes: Uint8Array) => T} read
   * @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  names(read, signal) {
    return this.#load(`names/${this.head.names}`, read, signal);
  }

  /** Starts to load what the search and the list will need, without waiting for it. */
  prepare() {
    const { search, rows } = this.head.directories;
    const count = rows.length / NAME_LENGTH;
    if (count > MOST_PREPARED) return; // a search and a list need few of them
    // Whoever needs a file that does not come will ask again and hear of it.
    for (const name of namesIn(search.terms.names)) this.#directory(name).catch(() => {});
    for (const name of namesIn(rows)) this.#load(`directories/${name}`, asItIs).catch(() => {});
  }

  /**
   * @template T
   * @param {string} path
   * @param {(bytes: Uint8Array) => T} read
   * @param {AbortSignal} [signal]
   * @param {"high" | "low"} [priority]
   * @returns {Promise<T>}
   */
  #load(path, read, signal, priority) {
    return this.#loads.get(path, (ending) => this.#file(path, read, ending, priority), signal);
  }

  /**
   * @template T
   * @param {string} path
   * @param {(bytes: Uint8Array) => T} read
   * @param {AbortSignal} [signal]
   * @param {"high" | "low"} [priority]
   * @returns {Promise<T>}
   */
  async #file(path, read, signal, priority) {
    const file = `${path}.bin`;
    const bytes = await fetchBytes(new URL(file, this.url).href, file, signal, priority);
    return readAs(file, await unpack(bytes, file), read);
  }
}

/**
 * Some servers send a packed file unpacked; then there is nothing to do.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} file
 */
async function unpack(bytes, file) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const { readable, writable } = new DecompressionStream("gzip");
    const writer = writable.getWriter();
    const whole = new Response(readable).arrayBuffer();
    const [buffer] = await Promise.all([whole, writer.write(bytes), writer.close()]);
    return new Uint8Array(buffer);
  } catch {
    throw new IndexError(file, "it is damaged");
  }
}

/**
 * The files that may have the keys from one to another.
 *
 * @param {import("./head.js").FileList} list
 * @param {string} first
 * @param {string} last
 * @returns {string[]}  Their names.
 */
function filesOf({ keys, names }, first, last) {
  const start = Math.max(0, countUpTo(keys, first) - 1);
  return namesIn(names.slice(start * NAME_LENGTH, countUpTo(keys, last) * NAME_LENGTH));
}

/**
 * How many of some sorted keys are not above one.
 *
 * @param {string[]} keys
 * @param {string} key
 */
function countUpTo(keys, key) {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle] <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {string} names  One after the other. */
function namesIn(names) {
  return Array.from({ length: names.length / NAME_LENGTH }, (_, number) => nameAt(names, number));
}

/**
 * @param {string} names  One after the other.
 * @param {number} number
 */
function nameAt(names, number) {
  return names.slice(number * NAME_LENGTH, (number + 1) * NAME_LENGTH);
}

/** @param {Uint8Array} bytes */
function asItIs(bytes) {
  return bytes;
}
