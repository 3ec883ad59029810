/**
 * Lets the page breathe during long work; it must not know what the work is.
 */

const LONGEST = 10; // milliseconds at a stretch

/** Work of which the browser should not notice that it takes long. */
export class Work {
  #resumed = performance.now();

  /**
   * Waits for the page to do what it has to, if the work has taken long enough. Rejects where `signal` has ended it.
   *
   * @param {AbortSignal} [signal]
   */
  async pause(signal) {
    if (performance.now() - this.#resumed >= LONGEST) await this.rest(signal);
  }

  /**
   * Waits for the page to do what it has to. Rejects where `signal` has ended the work.
   *
   * @param {AbortSignal} [signal]
   */
  async rest(signal) {
    await breathe();
    this.#resumed = performance.now();
    signal?.throwIfAborted();
  }
}

/** @returns {Promise<void>} */
function breathe() {
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
