/**
 * Answers questions about the catalog from its index, the first rows and counts first; it must not touch the page.
 *
 * Values of one facet add up, facets and the search narrow each other. A value's count is the number of datasets that
 * choosing it would give: of those that the search and all other facets leave.
 */

import { allBits, bitsOf, countBits, intersect, positionsOf, unite } from "./bitset.js";
import { addCounts, select } from "./columns.js";
import { FIRST_ROWS, UNSTATED } from "./head.js";
import { listByScore, listInOrder } from "./orders.js";
import { Work } from "./scheduler.js";

const SLICE = 65_536;

/**
 * @typedef {import("./reader.js").IndexReader} IndexReader
 * @typedef {import("./bitset.js").Bits} Bits
 *
 * @typedef {object} Question
 * @property {string} query  Words to search for.
 * @property {string} sort  `relevance` or an order of the index; see `IndexReader.order`.
 * @property {Map<string, Set<string>>} selected  By facet, ids of the chosen values.
 *
 * @typedef {object} Choice  What is chosen of one facet.
 * @property {string} facet
 * @property {Set<number>} codes  Of values that the head lists.
 * @property {Uint32Array[]} lists  Positions of the datasets of each other value.
 *
 * @typedef {(text: string, isName?: boolean) => [number, number][]} FindMarks  Where the words of a search stand.
 *
 * @typedef {object} Evaluation
 * @property {Map<string, Bits>} sets  By facet, the datasets with one of its chosen values; "" is the search.
 * @property {Bits} bits
 * @property {number} count
 * @property {Uint32Array} list  The datasets in the order asked for.
 * @property {number} whole  How many of them have all words of the search.
 * @property {import("./search.js").Matches | null} matches
 */

/** What is known so far about a question. */
export class Answer {
  #evaluate;
  #reader;
  /** @type {import("./reader.js").FacetPreview | null} */
  #preview;
  /** @type {Counter | undefined} */
  #counter;

  /**
   * @param {IndexReader} reader
   * @param {(signal?: AbortSignal) => Promise<Evaluation>} evaluate
   * @param {import("./reader.js").FacetPreview | null} preview
   */
  constructor(reader, evaluate, preview) {
    this.#reader = reader;
    this.#evaluate = evaluate;
    this.#preview = preview;
    /** Datasets found. */
    this.count = 0;
    /** @type {import("./row-decoder.js").Row[] | null} The first ones; null until they are here, and some before all. */
    this.rows = null;
    /** @type {Map<string, ArrayLike<number>>} By facet and code; some only of the codes that the head lists. */
    this.counts = new Map();
    /** @type {string[]} Chosen values that the catalog does not have, as `facet=value`; they are ignored. */
    this.unknown = [];
    /** @type {import("./tokenizer.js").Word[]} What to mark in the rows. */
    this.words = [];
    /** @type {FindMarks | null} Where they stand in a text; null where nothing was searched for. */
    this.findMarks = null;
    /** @type {string[]} Words that were looked for too, in case of a typing error. */
    this.corrections = [];
    /** How many of the datasets found have all words of the search; the others have most. */
    this.whole = 0;
    /** @type {import("./search.js").Matches["values"]} Values that the words name. */
    this.values = [];
    /** @type {import("./search.js").Matches["without"]} Words that nothing has beside the others. */
    this.without = [];
    /** Whether rows and all counts asked for are here. */
    this.isWhole = false;
  }

  /**
   * Further rows.
   *
   * @param {number} start
   * @param {number} length
   * @param {AbortSignal} [signal]
   */
  async rowsFrom(start, length, signal) {
    const end = Math.min(start + length, this.count);
    const preview = this.#preview;
    if (preview !== null && end <= preview.positions.length) {
      return preview.positions.slice(start, end).map((position, index) => this.#reader.rowOf(preview.rows, start + index, position));
    }
    const { list, matches } = await this.#evaluate(signal);
    const rows = await this.#reader.rows(list.subarray(start, end), signal);
    return matches === null ? rows : rows.map((row) => ({ ...row, missing: matches.missingOf(row.position) }));
  }

  /**
   * Counts of a facet.
   *
   * @param {string} facet
   * @param {AbortSignal} [signal]
   * @returns {Promise<ArrayLike<number>>}  By code; some only of the codes that the head lists.
   */
  async countsOf(facet, signal) {
    if (this.#preview !== null) return this.#preview.counts[facet] ?? allCounts(this.#reader, facet);
    this.#counter ??= new Counter(this.#reader, await this.#evaluate(signal));
    return this.#counter.count(facet, signal);
  }

  /**
   * Whether the counts of a facet need nothing that is not here; only of an answer that has begun.
   *
   * @param {string} facet
   */
  hasCountsOf(facet) {
    return this.#counter?.isTotal(facet) || this.#reader.hasColumn(facet);
  }
}

/** The search: most of the code, and nothing that a page shows at first. All of it is asked for at once. */
async function searching() {
  const [search] = await Promise.all([
    import("./search.js"),
    import("./highlights.js"),
    import("./tokenizer.js"),
    import("./letters.js"),
    import("./spelling.js"),
    import("./lookup.js"),
    import("./matching.js"),
    import("./names.js"),
    import("./variants.js"),
  ]);
  return search;
}

export class Catalog {
  #reader;
  /** @type {Map<string, Map<string, number>>} */
  #codes = new Map();

  /** @param {IndexReader} reader */
  constructor(reader) {
    this.#reader = reader;
  }

  /**
   * Answers a question: yields one answer again and again while it grows, and returns when it is whole. Rejects with an
   * `IndexError` where a file cannot be had, and with the signal's reason where a newer question has ended this one.
   *
   * @param {Question} question
   * @param {object} options
   * @param {string[]} options.facets  Whose counts are wanted, the most urgent first.
   * @param {number} [options.rowStart]  The first row wanted, from 0.
   * @param {number} options.rowCount  Rows wanted.
   * @param {AbortSignal} [options.signal]
   * @returns {AsyncGenerator<Answer>}
   */
  async *ask(question, { facets, rowStart = 0, rowCount, signal }) {
    const { choices, unknown } = await this.#resolve(question.selected, signal);
    const loading = this.#preview(question, choices, signal);
    const preview = loading && (await loading);
    /** @type {Promise<Evaluation> | undefined} */
    let evaluation;
    const evaluate = (/** @type {AbortSignal | undefined} */ ending) => {
      evaluation ??= this.#evaluate(question, choices, ending).catch((error) => {
        evaluation = undefined;
        throw error;
      });
      return evaluation;
    };
    const answer = new Answer(this.#reader, evaluate, preview);
    answer.unknown = unknown;
    if (preview !== null) {
      answer.count = answer.whole = preview.count;
      const length = rowStart === 0 ? Math.min(rowCount, preview.positions.length) : rowCount;
      answer.rows = await answer.rowsFrom(rowStart, length, signal);
      for (const facet of facets) answer.counts.set(facet, await answer.countsOf(facet, signal));
      answer.isWhole = true;
      yield answer;
      return;
    }
    const found = await evaluate(signal);
    answer.count = found.count;
    answer.words = found.matches?.words ?? [];
    answer.findMarks = found.matches?.findMarks ?? null;
    answer.corrections = found.matches?.corrections ?? [];
    answer.whole = found.whole;
    answer.values = (found.matches?.values ?? []).filter(({ facet, id }) => !question.selected.get(facet)?.has(id));
    answer.without = found.matches?.without ?? [];
    yield* this.#fill(answer, facets, { rowStart, rowCount }, signal);
  }

  /** Starts to load the code of the search, without waiting for it. */
  prepareSearch() {
    searching().catch(() => {}); // asked for again later
  }

  /**
   * Starts to load columns that coming questions need, without waiting for them.
   *
   * @param {string[]} facets
   */
  prepare(facets) {
    for (const facet of facets) this.#reader.column(facet, undefined, "low").catch(() => {}); // asked for again later
  }

  /**
   * Counts whose columns are here come first, then the rows that are seen first, then all others as they are loaded.
   *
   * @param {Answer} answer
   * @param {string[]} facets
   * @param {{rowStart: number, rowCount: number}} wanted
   * @param {AbortSignal} [signal]
   */
  async *#fill(answer, facets, { rowStart, rowCount }, signal) {
    const firstRows = answer.rowsFrom(rowStart, Math.min(FIRST_ROWS, rowCount), signal);
    firstRows.catch(() => {}); // awaited below
    for (const facet of facets) {
      if (answer.hasCountsOf(facet)) answer.counts.set(facet, await answer.countsOf(facet, signal));
    }
    yield answer;
    answer.rows = await firstRows;
    const length = Math.min(rowCount, Math.max(0, answer.count - rowStart));
    answer.isWhole = facets.length === answer.counts.size && answer.rows.length === length;
    yield answer;
    if (answer.isWhole) return;
    const rows = answer.rowsFrom(rowStart, rowCount, signal);
    /** @type {Map<string, Promise<string>>} */
    const pending = new Map([["", rows.then((loaded) => ((answer.rows = loaded), ""))]]);
    for (const facet of facets) {
      if (!answer.counts.has(facet)) pending.set(facet, this.#reader.column(facet, signal, "low").then(() => facet));
    }
    try {
      while (pending.size > 0) {
        const arrived = await Promise.race(pending.values());
        pending.delete(arrived);
        if (arrived !== "") answer.counts.set(arrived, await answer.countsOf(arrived, signal));
        answer.isWhole = pending.size === 0;
        yield answer;
      }
    } finally {
      for (const promise of pending.values()) promise.catch(() => {}); // nobody waits for these any more
    }
  }

  /**
   * The file that answers a question by itself; null where there is none, or where the column is here already.
   *
   * @param {Question} question
   * @param {Choice[]} choices
   * @param {AbortSignal} [signal]
   */
  #preview({ query, sort }, choices, signal) {
    const [choice, ...others] = choices;
    if (choice === undefined || others.length > 0 || query.trim() !== "" || !this.#isRank(sort)) return null;
    const [code, ...further] = choice.codes;
    if (code === undefined || further.length > 0 || choice.lists.length > 0) return null;
    return this.#reader.hasColumn(choice.facet) ? null : this.#reader.preview(choice.facet, code, signal);
  }

  /** @param {string} sort */
  #isRank(sort) {
    return sort === "relevance" || !this.#reader.head.orders[sort];
  }

  /**
   * @param {Question} question
   * @param {Choice[]} choices
   * @param {AbortSignal} [signal]
   * @returns {Promise<Evaluation>}
   */
  async #evaluate({ query, sort }, choices, signal) {
    const reader = this.#reader;
    if (query.trim() !== "") reader.prepare(); // while the code is on its way
    const [matches, order, ...chosen] = await Promise.all([
      query.trim() === "" ? null : searching().then(({ search }) => search(reader, query, signal)),
      sort === "relevance" ? null : reader.order(sort, signal),
      ...choices.map((choice) => this.#bitsOf(choice, signal)),
    ]);
    const sets = new Map(choices.map(({ facet }, index) => [facet, chosen[index]]));
    const isByScore = sort === "relevance" && matches !== null;
    if (matches !== null) {
      // In another order, datasets with most of the words would stand among those with all.
      sets.set("", isByScore || matches.whole === 0 ? matches.bits : matches.wholeBits);
      await new Work().rest(signal);
    }
    const bits = sets.size > 0 ? intersect([...sets.values()]) : allBits(reader.count);
    const list = isByScore ? listByScore(bits, matches.scores) : listInOrder(bits, order);
    const whole = matches === null ? list.length : countBits(intersect([bits, matches.wholeBits]));
    return { sets, bits, count: list.length, whole, list, matches };
  }

  /**
   * @param {Choice} choice
   * @param {AbortSignal} [signal]
   */
  async #bitsOf({ facet, codes, lists }, signal) {
    const { count } = this.#reader;
    const bits = bitsOf([], count);
    for (const list of lists) unite(bits, bitsOf(list, count));
    if (codes.size > 0) {
      const column = await this.#reader.column(facet, signal);
      unite(bits, select(column, codes, count, this.#reader.facet(facet).size));
    }
    return bits;
  }

  /**
   * Finds the chosen values in the index.
   *
   * @param {Map<string, Set<string>>} selected
   * @param {AbortSignal} [signal]
   * @returns {Promise<{choices: Choice[], unknown: string[]}>}
   */
  async #resolve(selected, signal) {
    const resolved = await Promise.all(
      [...selected].map(async ([facet, values]) => {
        /** @type {string[]} */
        const unknown = [];
        /** @type {Choice} */
        const choice = { facet, codes: new Set(), lists: [] };
        for (const value of values) {
          const code = this.#reader.facets.has(facet) ? this.#codeOf(facet, value) : undefined;
          const list = code === undefined ? await this.#findList(facet, value, signal) : null;
          if (code !== undefined) choice.codes.add(code);
          else if (list !== null) choice.lists.push(list);
          else unknown.push(`${facet}=${value}`);
        }
        return { choice, unknown };
      }),
    );
    return {
      choices: resolved.map(({ choice }) => choice).filter(({ codes, lists }) => codes.size + lists.length > 0),
      unknown: resolved.flatMap(({ unknown }) => unknown),
    };
  }

  /**
   * @param {string} facet
   * @param {string} value
   */
  #codeOf(facet, value) {
    let codes = this.#codes.get(facet);
    if (codes === undefined) {
      const { ids } = this.#reader.facet(facet).values;
      codes = new Map(ids.map((id, index) => [id.toLowerCase(), index + 1]));
      codes.set(UNSTATED, 0);
      this.#codes.set(facet, codes);
    }
    return codes.get(value.toLowerCase());
  }

  /**
   * The datasets of a value that the head does not list; null where the catalog does not have it.
   *
   * @param {string} facet
   * @param {string} value
   * @param {AbortSignal} [signal]
   */
  async #findList(facet, value, signal) {
    if (!this.#reader.facets.has(facet) || this.#reader.facet(facet).files === "") return null;
    const { findValue } = await import("./lookup.js");
    return findValue(this.#reader, facet, value, signal);
  }
}

/**
 * Counts of the listed values in the whole catalog.
 *
 * @param {IndexReader} reader
 * @param {string} name
 */
function allCounts(reader, name) {
  const { unstated, values } = reader.facet(name);
  return [unstated, ...values.counts];
}

/** Counts the values of facets among the datasets that an evaluation found. */
class Counter {
  #reader;
  #found;
  #work = new Work();
  /** @type {Map<string, Uint32Array>} */
  #positions = new Map();

  /**
   * @param {IndexReader} reader
   * @param {Evaluation} found
   */
  constructor(reader, found) {
    this.#reader = reader;
    this.#found = found;
  }

  /**
   * Whether nothing but the facet's own values is chosen, so that its counts are those of the whole catalog.
   *
   * @param {string} facet
   */
  isTotal(facet) {
    return [...this.#found.sets.keys()].every((name) => name === facet);
  }

  /**
   * @param {string} name
   * @param {AbortSignal} [signal]
   * @returns {Promise<ArrayLike<number>>}  By code; of the whole catalog, only of the codes that the head lists.
   */
  async count(name, signal) {
    if (this.isTotal(name)) return allCounts(this.#reader, name);
    const counts = new Uint32Array(this.#reader.facet(name).size + 1);
    const column = await this.#reader.column(name, signal);
    const positions = this.#positionsFor(name);
    for (let start = 0; start < positions.length; start += SLICE) {
      addCounts(column, positions, start, Math.min(start + SLICE, positions.length), counts);
      await this.#work.pause(signal);
    }
    return counts;
  }

  /**
   * The datasets that the search and all facets but one leave.
   *
   * @param {string} name
   */
  #positionsFor(name) {
    const key = this.#found.sets.has(name) ? name : "*";
    let positions = this.#positions.get(key);
    if (positions === undefined) {
      const others = [...this.#found.sets].filter(([facet]) => facet !== name).map(([, bits]) => bits);
      positions = key === "*" ? positionsOf(this.#found.bits) : positionsOf(intersect(others));
      this.#positions.set(key, positions);
    }
    return positions;
  }
}
