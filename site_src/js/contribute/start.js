/**
 * The form that offers a dataset: it checks the answers, keeps them in the browser, and shows what to send. It sends
 * nothing itself.
 */

import { CardChecker, summarise } from "../card/client.js";
import { findProblem, isAnswered, noAnswer, tidy } from "./answers.js";
import { fillCard } from "./card.js";
import { composeEntry, composeIssue, composeMail } from "./compose.js";
import { Draft } from "./draft.js";

/** @typedef {import("./answers.js").Field} Field */
/** @typedef {import("./answers.js").Answers} Answers */

class ContributionForm {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.result = /** @type {HTMLElement} */ (form.nextElementSibling);
    this.summary = /** @type {HTMLElement} */ (form.querySelector(".problems"));
    this.boxes = new Map(
      [...form.querySelectorAll("[data-field]")].map((box) => [box.getAttribute("data-field") ?? "", box]),
    );
    this.fields = [...this.boxes.values()].map(describe);
    this.draft = new Draft(`contribution ${location.pathname}`);
    this.isTried = false;
    const { worker, specification } = form.dataset;
    this.checker = worker && specification ? new CardChecker(worker, specification) : null;
  }

  start() {
    this.#fill(this.draft.read());
    this.form.hidden = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.form.addEventListener("input", (event) => this.#change(event.target));
    this.form.querySelector(".clear")?.addEventListener("click", () => this.#clear());
    for (const way of this.result.querySelectorAll(".way")) {
      const button = way.querySelector(".copy-text");
      button?.addEventListener("click", () => copy(button, way.querySelector("pre")?.textContent ?? ""));
    }
  }

  /** @returns {Answers} */
  #read() {
    const data = new FormData(this.form);
    return new Map(
      this.fields.map((field) => {
        const values = data.getAll(field.id);
        const answer = noAnswer();
        if (field.type === "card") answer.text = values[0] instanceof File ? values[0].name : "";
        else if (HAS_CHOICES.has(field.type)) answer.chosen = values.map(String).filter(Boolean);
        else answer.text = String(values[0] ?? "");
        answer.suggestion = String(data.get(`${field.id}-suggestion`) ?? "");
        return [field.id, answer];
      }),
    );
  }

  /** Puts answers into the form; a browser lets no page choose a file. @param {Answers} answers */
  #fill(answers) {
    for (const [id, answer] of answers) {
      const suggestion = this.#control(`${id}-suggestion`);
      if (suggestion) suggestion.value = answer.suggestion;
      for (const control of this.boxes.get(id)?.querySelectorAll(`[name="${CSS.escape(id)}"]`) ?? []) {
        if (control instanceof HTMLSelectElement) control.value = answer.chosen[0] ?? "";
        else if (!(control instanceof HTMLInputElement) || control.type === "file") continue;
        else if (["checkbox", "radio"].includes(control.type)) control.checked = answer.chosen.includes(control.value);
        else control.value = answer.text;
      }
    }
  }

  /** @param {string} name @returns {HTMLInputElement|null} */
  #control(name) {
    return this.form.querySelector(`[name="${CSS.escape(name)}"]`);
  }

  /** @param {EventTarget|null} target */
  #change(target) {
    const answers = this.#read();
    this.draft.write(answers);
    this.result.hidden = true;
    const id = target instanceof Element ? target.closest("[data-field]")?.getAttribute("data-field") : null;
    const field = this.fields.find((each) => each.id === id);
    if (this.isTried && field) this.#show(field, findProblem(field, answers.get(field.id) ?? noAnswer()));
  }

  #clear() {
    this.form.reset();
    this.draft.clear();
    this.isTried = false;
    this.result.hidden = true;
    this.summary.hidden = true;
    for (const field of this.fields) this.#show(field, "");
    this.form.querySelector("input")?.focus();
  }

  #submit() {
    this.isTried = true;
    const answers = this.#read();
    const wrong = this.fields.flatMap((field) => {
      const problem = findProblem(field, answers.get(field.id) ?? noAnswer());
      this.#show(field, problem);
      return problem ? [{ field, problem }] : [];
    });
    this.summary.replaceChildren();
    this.summary.hidden = wrong.length === 0;
    this.result.hidden = wrong.length > 0;
    if (wrong.length) this.#summarise(wrong);
    else this.#offerChecked(answers);
  }

  /** The message beside a field. @param {Field} field @param {string} problem */
  #show(field, problem) {
    const box = this.boxes.get(field.id);
    const message = /** @type {HTMLElement} */ (box?.querySelector(".problem"));
    message.textContent = problem;
    message.hidden = !problem;
    for (const control of box?.querySelectorAll("input, select") ?? []) {
      if (problem) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  }

  /** @param {{field: Field, problem: string}[]} wrong */
  #summarise(wrong) {
    const heading = document.createElement("p");
    heading.append(bold(wrong.length === 1 ? "One answer is missing or wrong." : `${wrong.length} answers are missing or wrong.`));
    const list = document.createElement("ul");
    for (const { field, problem } of wrong) {
      const link = document.createElement("a");
      link.href = `#field-${field.id}`;
      link.textContent = field.label;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        /** @type {HTMLElement|null} */ (this.boxes.get(field.id)?.querySelector("input, select"))?.focus();
      });
      const item = document.createElement("li");
      item.append(link, `: ${problem}`);
      list.append(item);
    }
    this.summary.append(heading, list);
    this.summary.focus();
  }

  /** Offers the texts with what the check of the chosen card found. @param {Answers} answers */
  async #offerChecked(answers) {
    const field = this.fields.find((each) => each.type === "card");
    const file = field ? this.#control(field.id)?.files?.[0] : undefined;
    this.#offer(answers, file && this.checker ? await describeCard(this.checker, file) : "");
  }

  /** @param {Answers} answers @param {string} check What the check of the card found. */
  #offer(answers, check) {
    const { mail = "", subject = "", body = "[]", repository, branch = "main" } = this.form.dataset;
    const place = repository ? { url: repository, branch } : null;
    const letter = composeMail(this.fields, answers, JSON.parse(body), mail, check);
    const issue = composeIssue(this.fields, answers, subject, repository, check);
    const entry = composeEntry(this.fields, answers, place);
    const card = this.fields.find((field) => field.type === "card" && isAnswered(answers.get(field.id) ?? noAnswer()));
    const attach = card ? `Attach your card, ${answers.get(card.id)?.text}: no link can do that for you.` : "";
    const tooLong = (/** @type {string} */ way) => `The text is too long for a link: ${way}`;
    this.#way("mail", letter, [letter.isTooLong ? tooLong("copy it into a mail, or take another way below.") : "", attach]);
    this.#way("issue", issue, [issue.isTooLong ? tooLong("copy it into a new issue.") : "", attach]);
    this.#way("entry", entry, [entry.isTooLong ? tooLong("download the file.") : ""]);
    const way = this.result.querySelector('[data-way="entry"]');
    const path = /** @type {HTMLElement} */ (way?.querySelector(".path"));
    path.textContent = entry.path;
    const file = entry.path.split("/").pop() ?? "entry.yaml";
    offerFile(/** @type {HTMLAnchorElement} */ (way?.querySelector(".download")), entry.text, "application/yaml", file);
    this.#offerCard(answers);
    this.result.hidden = false;
    /** @type {HTMLElement} */ (this.result.querySelector("h3")).focus();
  }

  /** A card to start from; without the network, the template as it is. @param {Answers} answers */
  async #offerCard(answers) {
    const link = /** @type {HTMLAnchorElement} */ (this.result.querySelector('[data-way="card"] .download'));
    const { template = "" } = this.form.dataset;
    link.href = template;
    link.download = "README.md";
    try {
      const response = await fetch(template);
      if (response.ok) offerFile(link, fillCard(await response.text(), this.fields, answers), "text/markdown", "README.md");
    } catch {
      // The link leads to the template.
    }
  }

  /** @param {string} name @param {{text: string, href: string, isTooLong: boolean}} what @param {string[]} notes */
  #way(name, what, notes) {
    const way = /** @type {HTMLElement} */ (this.result.querySelector(`[data-way="${name}"]`));
    const note = /** @type {HTMLElement} */ (way.querySelector(".note"));
    const link = /** @type {HTMLAnchorElement} */ (way.querySelector("a.button"));
    const said = notes.filter(Boolean);
    way.hidden = name === "issue" && !what.href;
    note.textContent = said.join(" ");
    note.hidden = said.length === 0;
    link.href = what.href;
    link.hidden = what.isTooLong || !what.href;
    /** @type {HTMLElement} */ (way.querySelector("pre")).textContent = what.text;
  }
}

const HAS_CHOICES = new Set(["choice", "choices", "yes_no", "agreement"]);

/** @param {Element} box @returns {Field} */
function describe(box) {
  const { field = "", type, label = "", line = "", entry = "", values } = /** @type {HTMLElement} */ (box).dataset;
  const titles = new Map();
  const hubIds = new Map();
  for (const option of box.querySelectorAll("option")) {
    titles.set(option.value, option.textContent?.trim() ?? "");
    if (option.dataset.hub) hubIds.set(option.value, option.dataset.hub);
  }
  for (const choice of box.querySelectorAll('.choices input[type="checkbox"]')) {
    titles.set(choice.getAttribute("value") ?? "", choice.parentElement?.textContent?.trim() ?? "");
  }
  const isRequired = box.hasAttribute("data-required");
  return {
    id: field,
    label,
    type: /** @type {Field["type"]} */ (type),
    required: isRequired,
    line,
    entry,
    isList: box.hasAttribute("data-list"),
    values: values ? /** @type {[string, string]} */ (JSON.parse(values)) : null,
    titles,
    hubIds,
  };
}

/** What the check of a card found, in a few lines. @param {CardChecker} checker @param {File} file */
async function describeCard(checker, file) {
  try {
    const ledger = await checker.check(await file.slice(0, 10_000_000).arrayBuffer());
    const lacking = ledger.rows.filter((row) => row.isRequired && row.state === "not met").map((row) => row.title);
    const lines = [`Card check of ${tidy(file.name)}: ${summarise(ledger)}`];
    if (lacking.length) lines.push(`Not met: ${lacking.slice(0, 30).join(", ")}`);
    return lines.join("\n");
  } catch {
    return "";
  }
}

/** @param {HTMLAnchorElement} link @param {string} text @param {string} type @param {string} name */
function offerFile(link, text, type, name) {
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
}

/** @param {string} text */
function bold(text) {
  const element = document.createElement("b");
  element.textContent = text;
  return element;
}

/** @param {Element} button @param {string} text */
async function copy(button, text) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select the text below";
  }
  setTimeout(() => (button.textContent = label), 2500);
}

for (const form of document.querySelectorAll("form.contribution")) {
  new ContributionForm(/** @type {HTMLFormElement} */ (form)).start();
}
