/**
 * Shows the ledger of a card as the pages of datasets do: what is not met first, each with its evidence and remedy.
 *
 * @typedef {import("./check.js").Ledger} Ledger
 * @typedef {import("./check.js").Row} Row
 */

const SIGNS = { "not met": "✗", unknown: "?", met: "✓", "does not apply": "–" };
const TITLES = { "not met": "Not met", unknown: "Unknown", met: "Met", "does not apply": "Does not apply" };

/** @param {HTMLElement} target @param {Ledger} ledger */
export function showLedger(target, ledger) {
  target.replaceChildren();
  if (ledger.problems.length) {
    target.append(element("h3", "Could not be read"), list(ledger.problems.map((problem) => `${problem.line ? `Line ${problem.line}: ` : ""}${problem.message}`)));
  }
  const required = ledger.rows.filter((row) => row.isRequired);
  for (const state of /** @type {const} */ (["not met", "unknown", "met"])) {
    const rows = required.filter((row) => row.state === state);
    if (rows.length) target.append(element("h3", TITLES[state]), rowsOf(rows));
  }
  for (const state of /** @type {const} */ (["not met", "met"])) {
    const rows = ledger.rows.filter((row) => !row.isRequired && row.state === state);
    if (!rows.length) continue;
    const details = element("details");
    const words = `${rows.length} optional ${rows.length === 1 ? "requirement" : "requirements"} ${state}`;
    details.append(element("summary", words), rowsOf(rows));
    target.append(details);
  }
}

/** @param {Row[]} rows */
function rowsOf(rows) {
  const items = element("ul");
  items.className = "checks";
  items.append(...rows.map(rowOf));
  return items;
}

/** @param {Row} row */
function rowOf(row) {
  const item = element("li");
  const name = element("b");
  const sign = element("span", SIGNS[row.state]);
  sign.setAttribute("aria-hidden", "true");
  name.append(sign, ` ${row.title}${row.isForDerived ? " (derived dataset)" : ""}`);
  const spoken = element("span", `: ${row.state}`);
  spoken.className = "hidden";
  item.append(name, spoken, row.reason ? `: ${row.reason}` : "");
  for (const evidence of row.evidence.slice(0, 4)) {
    const quoted = element("p");
    quoted.className = "evidence";
    const words = element("q", evidence.text);
    words.dir = "auto";
    quoted.append(words, evidence.place ? ` ${evidence.place}` : "");
    item.append(quoted);
  }
  if (row.state === "not met") {
    const remedy = element("p", "To meet it: ");
    remedy.className = "remedy";
    row.fix.split("`").forEach((part, place) => remedy.append(place % 2 ? element("code", part) : part));
    item.append(remedy);
  }
  return item;
}

/** @param {string[]} texts */
function list(texts) {
  const items = element("ul");
  items.append(...texts.map((text) => element("li", text)));
  return items;
}

/** @param {string} name @param {string} text */
function element(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
