/**
 * Splits long work into tasks of some 10 ms, between which the browser answers the reader (scheduler.yield).
 */

const LONGEST = 10; // milliseconds at a stretch

/** Long work that yields to the browser. */
export class Work {
  #resumed = performance.now();

  /**
   * Yields if the current task has run long enough. Rejects where `signal` has ended it.
   *
   * @param {AbortSignal} [signal]
   */
  async pause(signal) {
    if (performance.now() - this.#resumed >= LONGEST) await this.rest(signal);
  }

  /**
   * Yields to the browser. Rejects where `signal` has ended the work.
   *
   * @param {AbortSignal} [signal]
   */
  async rest(signal) {
    await yieldToBrowser();
    this.#resumed = performance.now();
    signal?.throwIfAborted();
  }
}

/** @returns {Promise<void>} */
function yieldToBrowser() {
  const scheduler = /** @type {any} */ (globalThis).scheduler;
  if (typeof scheduler?.yield === "function") return scheduler.yield();
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
