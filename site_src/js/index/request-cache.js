/**
 * A cache of requests: shares those under way and keeps the results of the latest.
 *
 * A load ends early when nobody waits for it any more. One that fails is forgotten, so that it can be tried again.
 */

/**
 * @typedef {object} Load
 * @property {Promise<any>} promise
 * @property {AbortController} controller
 * @property {number} waiting
 * @property {boolean} isDone
 */

export class RequestCache {
  /** @type {Map<string, Load>} */
  #loads = new Map();
  #limit;

  /** @param {number} [limit]  How many to remember; the one asked for longest ago is forgotten first. */
  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  /**
   * What `load` gives for `key`, loaded once.
   *
   * @template T
   * @param {string} key
   * @param {(signal: AbortSignal) => Promise<T>} load
   * @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  async get(key, load, signal) {
    signal?.throwIfAborted();
    const shared = this.#loads.get(key) ?? this.#start(key, load);
    this.#loads.delete(key);
    this.#loads.set(key, shared);
    this.#forget();
    if (signal === undefined || shared.isDone) {
      shared.waiting += 1; // for good: nothing ends this load early
      return shared.promise;
    }
    return this.#wait(key, shared, signal);
  }

  /**
   * Whether what `key` stands for is here.
   *
   * @param {string} key
   */
  has(key) {
    return this.#loads.get(key)?.isDone === true;
  }

  /**
   * @template T
   * @param {string} key
   * @param {(signal: AbortSignal) => Promise<T>} load
   * @returns {Load}
   */
  #start(key, load) {
    const controller = new AbortController();
    /** @type {Load} */
    const started = { promise: load(controller.signal), controller, waiting: 0, isDone: false };
    started.promise.then(
      () => {
        started.isDone = true;
      },
      () => {
        if (this.#loads.get(key) === started) this.#loads.delete(key);
      },
    );
    return started;
  }

  /**
   * @param {string} key
   * @param {Load} load
   * @param {AbortSignal} signal
   * @returns {Promise<any>}
   */
  #wait(key, load, signal) {
    load.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(signal.reason);
        load.waiting -= 1;
        if (load.waiting > 0 || load.isDone) return;
        if (this.#loads.get(key) === load) this.#loads.delete(key);
        load.controller.abort(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      load.promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
    });
  }

  #forget() {
    for (const [key, load] of this.#loads) {
      if (this.#loads.size <= this.#limit) return;
      if (load.isDone) this.#loads.delete(key);
    }
  }
}
