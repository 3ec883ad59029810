/**
 * Checks a card in a worker, for pages.
 *
 * @typedef {import("./check.js").Ledger} Ledger
 */

/** Seconds after which a check is given up: a card that takes longer is no card. */
const LIMIT = 20;

export class CardChecker {
  /** @param {string} script Address of the worker. @param {string} specification Address of the specification's data. */
  constructor(script, specification) {
    this.script = script;
    this.specification = new URL(specification, location.href).href;
    /** @type {Worker|null} */
    this.worker = null;
  }

  /** The ledger of a card. Rejects with an error whose message is for people. @param {ArrayBuffer} content @returns {Promise<Ledger>} */
  check(content) {
    const worker = (this.worker ??= new Worker(this.script, { type: "module" }));
    return new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ message) => {
        clearTimeout(timer);
        worker.terminate();
        this.worker = null;
        reject(new Error(message));
      };
      const timer = setTimeout(() => fail(`This takes longer than ${LIMIT} seconds, and was stopped. Is it a dataset card?`), LIMIT * 1000);
      worker.onerror = () => fail("The check could not be loaded. Try again when you are online.");
      worker.onmessage = ({ data }) => {
        if (data.problem) return fail(data.problem);
        clearTimeout(timer);
        resolve(data.ledger);
      };
      worker.postMessage({ specification: this.specification, content }, [content]);
    });
  }
}

/** How a ledger stands, in words. @param {Ledger} ledger */
export function summarise(ledger) {
  const required = ledger.rows.filter((row) => row.isRequired && row.state !== "does not apply");
  const count = (/** @type {string} */ state) => required.filter((row) => row.state === state).length;
  const parts = [`${count("met")} of ${required.length} required met`];
  for (const state of ["not met", "unknown"]) if (count(state)) parts.push(`${count(state)} ${state}`);
  return parts.join(", ");
}
