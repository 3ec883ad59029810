/**
 * The head of the index: what the catalog's page needs before anybody asks anything. It must not read any other file.
 */

export const FORMAT = 4;
/** Rows that fit on a screen, and are fetched before anything else. */
export const FIRST_ROWS = 10;
/** The value that stands for datasets of which no source states one. */
export const UNSTATED = "none-stated";

/**
 * @typedef {object} ValueList  Values of a facet, one array a field.
 * @property {string[]} ids
 * @property {string[]} [titles]  The ids where left out.
 * @property {string[]} [hints]  Second names.
 * @property {number[]} [group_numbers]
 * @property {number[]} counts
 *
 * @typedef {object} Facet
 * @property {string} name
 * @property {string} title
 * @property {string[]} groups
 * @property {number} unstated  Datasets that state no value.
 * @property {number} size  Values, of which `values` may be the most frequent ones.
 * @property {ValueList} values  Of codes from 1.
 * @property {import("./columns.js").ColumnForm} column
 * @property {string} previews  Names of files, for codes from 0; empty where there are none.
 * @property {string} files  Names of files with all values; empty where the head lists them.
 *
 * @typedef {object} ComparisonLine  A facet in comparisons and exports.
 * @property {string} facet
 * @property {string} title
 * @property {string} column  In exports.
 *
 * @typedef {{keys: string[], names: string}} FileList  Where the keys of each file begin, and the names of the files.
 *
 * @typedef {object} SearchEntrance  Words that do not narrow a search, and for each family the files that name its shards.
 * @property {string[]} common
 * @property {FileList} terms
 * @property {FileList} prefixes
 * @property {FileList} words
 * @property {FileList} suffixes
 *
 * @typedef {object} HeadDocument
 * @property {number} format
 * @property {number} count  Datasets.
 * @property {number} today  The day that last changes are seen from.
 * @property {number} rows_in_page
 * @property {Facet[]} facets
 * @property {ComparisonLine[]} comparison  In the order in which they are shown.
 * @property {Record<string, {name: string, width: number, bytes: number} | null | false>} orders  null is rank order, false
 *   one for which no dataset has a figure.
 * @property {{search: SearchEntrance, lists: FileList, rows: string, pages: number}} directories  `rows`: names of files,
 *   each of which names `pages` pages.
 * @property {string} names  Of the file of names.
 * @property {import("./row-decoder.js").RowPage | null} rows  The first ones.
 */

/** A file that could not be had. Its message names it; `reason` is meant for readers of the page. */
export class IndexError extends Error {
  /**
   * @param {string} file
   * @param {string} reason
   * @param {boolean} isMissing  The index may have been published anew; then the page has to be loaded again.
   */
  constructor(file, reason, isMissing = false) {
    super(`The catalogue's file ${file} could not be loaded: ${reason}.`);
    this.name = "IndexError";
    this.file = file;
    this.reason = reason;
    this.isMissing = isMissing;
  }
}

export class Head {
  /**
   * @param {HeadDocument} document
   * @param {string} url  Absolute.
   */
  constructor(document, url) {
    this.head = document;
    this.url = url;
    this.count = document.count;
    this.facets = new Map(document.facets.map((facet) => [facet.name, facet]));
  }

  /**
   * Reads the head. Rejects with an `IndexError`.
   *
   * @param {string} url  Absolute.
   * @param {AbortSignal} [signal]
   */
  static async read(url, signal) {
    const name = url.slice(url.lastIndexOf("/") + 1);
    const head = readAs(name, await fetchBytes(url, name, signal), readJson);
    if (head.format !== FORMAT) throw new IndexError(name, `its format is ${head.format}, not ${FORMAT}`, true);
    return new Head(head, url);
  }

  /**
   * @param {string} name
   * @returns {Facet}
   */
  facet(name) {
    const facet = this.facets.get(name);
    if (facet === undefined) throw new Error(`The catalogue has no facet ${name}.`);
    return facet;
  }
}

/**
 * @param {string} url
 * @param {string} file
 * @param {AbortSignal} [signal]
 * @param {"high" | "low"} [priority]
 */
export async function fetchBytes(url, file, signal, priority) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, { signal, priority });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new IndexError(file, error instanceof Error ? error.message : String(error));
  }
  throw new IndexError(file, `the server answered ${response.status}`, response.status === 404);
}

/**
 * @template T
 * @param {string} file
 * @param {Uint8Array} bytes
 * @param {(bytes: Uint8Array) => T} read
 */
export function readAs(file, bytes, read) {
  try {
    return read(bytes);
  } catch (error) {
    throw new IndexError(file, error instanceof Error ? error.message : String(error));
  }
}

/** @param {Uint8Array} bytes */
export function readJson(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}
