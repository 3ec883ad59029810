/**
 * Keeps the answers to a form in the browser, until they are cleared. Where a browser keeps nothing, or what it kept
 * makes no sense, the form is empty.
 */

import { ANSWER_LIMIT, noAnswer } from "./answers.js";

/** @typedef {import("./answers.js").Answers} Answers */

const LONGEST = 40 * ANSWER_LIMIT;

export class Draft {
  /** @param {string} name @param {Storage|null} storage */
  constructor(name, storage = openStorage()) {
    this.name = name;
    this.storage = storage;
  }

  /** @returns {Answers} */
  read() {
    /** @type {Answers} */
    const answers = new Map();
    try {
      /** @type {[string, any][]} */
      const found = Object.entries(JSON.parse(this.storage?.getItem(this.name) ?? "{}"));
      for (const [id, kept] of found) {
        const chosen = Array.isArray(kept?.chosen) ? kept.chosen.map(String) : [];
        answers.set(id, { text: String(kept?.text ?? ""), chosen, suggestion: String(kept?.suggestion ?? "") });
      }
    } catch {
      return new Map();
    }
    return answers;
  }

  /** @param {Answers} answers */
  write(answers) {
    try {
      this.storage?.setItem(this.name, JSON.stringify(Object.fromEntries([...answers].map(([id, each]) => [id, cut(each)]))));
    } catch {
      // A full or forbidden storage costs the draft alone.
    }
  }

  clear() {
    try {
      this.storage?.removeItem(this.name);
    } catch {
      // As above.
    }
  }
}

/** @param {import("./answers.js").Answer} answer */
function cut(answer) {
  return { ...noAnswer(), ...answer, text: answer.text.slice(0, LONGEST) };
}

function openStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
