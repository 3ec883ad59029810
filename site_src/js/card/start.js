/**
 * The page that checks a dataset card: a file, a text, or the card of a dataset on Hugging Face. Nothing of a card leaves
 * the machine.
 */

import { CardChecker, summarise } from "./client.js";
import { showLedger } from "./ledger-view.js";

const HUB = "https://huggingface.co";
const HUB_ID = /^(?:[A-Za-z0-9_][\w.-]*\/)?[A-Za-z0-9_][\w.-]*$/;
const MOST_BYTES = 10_000_000;
const PATIENCE = 20_000;

/** @param {HTMLFormElement} form */
function start(form) {
  const { worker = "", specification = "" } = form.dataset;
  const checker = new CardChecker(worker, specification);
  const result = /** @type {HTMLElement} */ (form.nextElementSibling);
  const heading = /** @type {HTMLElement} */ (result.querySelector("h2"));
  const status = /** @type {HTMLElement} */ (form.querySelector(".status"));
  const [file, text, id] = ["file", "text", "id"].map((name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)));
  const drop = /** @type {HTMLElement} */ (form.querySelector(".drop"));
  let turn = 0;

  /** @param {() => Promise<[string, ArrayBuffer]>} read The name of a card and its bytes. */
  async function check(read) {
    const own = ++turn;
    result.hidden = true;
    status.textContent = "Checking…";
    try {
      const [name, content] = await read();
      const ledger = await checker.check(content);
      if (own !== turn) return;
      status.textContent = "";
      heading.textContent = `${name}: ${summarise(ledger)}`;
      showLedger(/** @type {HTMLElement} */ (result.lastElementChild), ledger);
      result.hidden = false;
      heading.focus();
    } catch (problem) {
      if (own === turn) status.textContent = problem instanceof Error ? problem.message : String(problem);
    }
  }

  /** @param {File} chosen @returns {Promise<[string, ArrayBuffer]>} */
  async function readFile(chosen) {
    if (!/\.(?:md|markdown|txt)$/i.test(chosen.name)) throw new Error("Choose a .md, .markdown or .txt file.");
    return [chosen.name, await chosen.slice(0, MOST_BYTES).arrayBuffer()];
  }

  file.addEventListener("change", () => {
    if (file.files?.[0]) check(() => readFile(/** @type {File} */ (file.files?.[0])));
  });
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    const dropped = event.dataTransfer?.files[0];
    if (dropped) check(() => readFile(dropped));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(async () => {
      if (id.value.trim()) return fetchCard(id.value.trim());
      if (text.value.trim()) return ["Your text", /** @type {ArrayBuffer} */ (new TextEncoder().encode(text.value).buffer)];
      if (file.files?.[0]) return readFile(file.files[0]);
      throw new Error("Choose a file, paste the text of a card, or name a dataset.");
    });
  });
  form.hidden = false;
}

/** The card of a dataset on the Hub. @param {string} name @returns {Promise<[string, ArrayBuffer]>} */
async function fetchCard(name) {
  const path = name.replace(/^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/datasets\//, "").split(/[?#]/)[0];
  const id = path.split("/").slice(0, 2).join("/");
  if (!HUB_ID.test(id)) throw new Error("Write the id of a dataset as owner/name, such as ServiceNow/repliqa.");
  let response;
  try {
    response = await fetch(`${HUB}/datasets/${id}/resolve/main/README.md`, { signal: AbortSignal.timeout(PATIENCE), referrerPolicy: "no-referrer" });
  } catch {
    throw new Error("Your browser could not reach Hugging Face. Download the card there, and choose the file.");
  }
  if (response.status === 401 || response.status === 403) throw new Error(`Hugging Face gives the card of ${id} only to people with access. Choose it as a file.`);
  if (response.status === 404) throw new Error(`Hugging Face has no dataset ${id}, or no card of it.`);
  if (!response.ok) throw new Error(`Hugging Face answers with status ${response.status}. Try again later, or choose a file.`);
  return [id, await response.arrayBuffer()];
}

for (const form of document.querySelectorAll("form.card-check")) start(/** @type {HTMLFormElement} */ (form));
