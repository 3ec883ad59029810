/**
 * Reads a dataset card: the YAML block at the top and the headings of the Markdown below it. It never fails: what cannot
 * be read is among the problems. The rules are those of `otdi_site/source/cards.py`.
 */

import { readBlock } from "./yaml-block.js";

const CARD_LIMIT = 1_000_000;
const MOST_SECTIONS = 2_000;
const LONGEST_TEXT = 4_000;
const BOUNDARY = /^-{3}[ \t]*$/;
const ATX = /^ {0,3}(#{1,6})(?:[ \t](.*))?$/s;
const CLOSING_MARKS = /(?:^|[ \t])#+[ \t]*$/;
const SETEXT = /^ {0,3}(?:=+|-+)[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/**
 * @typedef {object} Section
 * @property {string} heading
 * @property {number} level 1 to 6; 0 for the text above the first heading.
 * @property {number} line
 * @property {string} text With that of its subsections.
 * @property {string} ownText
 * @property {number} textLine
 *
 * @typedef {object} Card
 * @property {Map<string, unknown>} fields
 * @property {Map<string, number>} lines
 * @property {boolean} hasBlock
 * @property {boolean} isBlockReadable
 * @property {Section[]} sections
 * @property {boolean} isTextReadable
 * @property {{code: string, line: number, message: string}[]} problems
 */

/** @param {Uint8Array} content @returns {Card} */
export function readCard(content) {
  /** @type {Card} */
  const card = {
    fields: new Map(),
    lines: new Map(),
    hasBlock: false,
    isBlockReadable: true,
    sections: [],
    isTextReadable: true,
    problems: [],
  };
  const isCut = content.length > CARD_LIMIT;
  if (isCut) card.problems.push({ code: "OTD261", line: 0, message: `is larger than ${CARD_LIMIT.toLocaleString("en")} bytes; only these are read` });
  const text = decode(isCut ? content.subarray(0, CARD_LIMIT) : content, isCut, card);
  if (text === null) return { ...card, isBlockReadable: false, isTextReadable: false };
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const [block, body] = findBlock(lines, card);
  if (block) {
    const [first, end] = block;
    const found = readBlock(lines.slice(first, end).join("\n"), first + 1);
    card.hasBlock = true;
    card.problems.push(...found.problems);
    if (found.value instanceof Map) {
      card.fields = found.value;
      card.lines = found.lines;
    } else {
      card.isBlockReadable = found.value === null && found.problems.length === 0;
      if (found.value !== null) {
        const kind = Array.isArray(found.value) ? "list" : "single value";
        card.problems.push({ code: "OTD262", line: first + 1, message: `the YAML block is a ${kind}, not fields` });
      }
    }
  } else if (card.problems.some((problem) => problem.code === "OTD262")) {
    card.isBlockReadable = false;
  }
  card.sections = findSections(lines, body);
  card.isTextReadable = !isCut && card.sections.length < MOST_SECTIONS;
  if (card.sections.length === MOST_SECTIONS) {
    const line = card.sections[MOST_SECTIONS - 1].line;
    card.problems.push({ code: "OTD261", line, message: `has more than ${MOST_SECTIONS.toLocaleString("en")} headings; only these are read` });
  }
  return card;
}

/** @param {Uint8Array} content @param {boolean} isCut @param {Card} card */
function decode(content, isCut, card) {
  const isWide = (content[0] === 0xff && content[1] === 0xfe) || (content[0] === 0xfe && content[1] === 0xff);
  if (isWide) {
    card.problems.push({ code: "OTD260", line: 1, message: "is UTF-16, not UTF-8" });
    return null;
  }
  // The limit may have gone through a character.
  for (const left of isCut ? [0, 1, 2, 3] : [0]) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(content.subarray(0, content.length - left));
    } catch {
      continue;
    }
  }
  const lossy = new TextDecoder("utf-8").decode(content);
  const line = lossy.slice(0, Math.max(lossy.indexOf("\ufffd"), 0)).split("\n").length;
  card.problems.push({ code: "OTD260", line, message: "is not UTF-8 here" });
  return null;
}

/** @param {string[]} lines @param {Card} card @returns {[[number, number]|null, number]} */
function findBlock(lines, card) {
  const start = nextWritten(lines, 0);
  if (start === lines.length) return [null, 0];
  if (!BOUNDARY.test(lines[start])) {
    if (lines[start].trimStart().startsWith("<!--")) {
      const end = lines.findIndex((line, number) => number >= start && line.includes("-->"));
      const after = end < 0 ? lines.length : nextWritten(lines, end + 1);
      if (after < lines.length && BOUNDARY.test(lines[after])) {
        card.problems.push({ code: "OTD262", line: after + 1, message: "the YAML block is not at the top of the card, so that hosts do not see it" });
      }
    }
    return [null, 0];
  }
  const end = lines.findIndex((line, number) => number > start && BOUNDARY.test(line));
  if (end < 0) {
    card.problems.push({ code: "OTD262", line: start + 1, message: "the YAML block that begins here has no end" });
    return [null, start + 1];
  }
  const after = nextWritten(lines, end + 1);
  if (after < lines.length && BOUNDARY.test(lines[after])) {
    const closing = lines.findIndex((line, number) => number > after && BOUNDARY.test(line));
    const isBlock = closing > 0 && lines.slice(after + 1, closing).every((line) => line.includes(":") || !line.trim() || " -#".includes(line[0]));
    if (isBlock) card.problems.push({ code: "OTD262", line: after + 1, message: "a second YAML block, which hosts ignore" });
  }
  return [[start + 1, end], end + 1];
}

/** @param {string[]} lines @param {number} from */
function nextWritten(lines, from) {
  for (let number = from; number < lines.length; number++) if (lines[number].trim()) return number;
  return lines.length;
}

/** @param {string[]} lines @param {number} body @returns {Section[]} */
function findSections(lines, body) {
  const shown = withoutComments(lines.slice(body));
  /** @type {[number, number, number, string][]} Line of the heading, that of its text, its level and its words. */
  const headings = [[0, 0, 0, ""]];
  let fence = "";
  for (let number = 0; number < shown.length; number++) {
    const line = shown[number];
    const mark = FENCE.exec(line);
    if (fence) {
      if (mark && endsFence(mark[1], fence, line)) fence = "";
      continue;
    }
    const heading = mark ? null : ATX.exec(line);
    if (mark) fence = mark[1];
    else if (heading) headings.push([number, number + 1, heading[1].length, (heading[2] ?? "").replace(CLOSING_MARKS, "").trim()]);
    else if (number > 0 && SETEXT.test(line) && mayBeTitle(shown[number - 1])) {
      headings.push([number - 1, number + 1, line.includes("=") ? 1 : 2, shown[number - 1].trim()]);
    }
    if (headings.length > MOST_SECTIONS) break;
  }
  const listed = headings.slice(0, MOST_SECTIONS).map(([start, textStart, level, words], place) => {
    const end = headings[place + 1]?.[0] ?? shown.length;
    return { words, level, line: body + start + 1, textLine: body + textStart + 1, text: shown.slice(textStart, end).join("\n").replace(/^\n+|\n+$/g, "") };
  });
  return listed.map((heading, place) => {
    const parts = [heading.text];
    let size = heading.text.length;
    for (let below = place + 1; heading.level && below < listed.length; below++) {
      if (listed[below].level <= heading.level || size > LONGEST_TEXT) break;
      parts.push(listed[below].text);
      size += listed[below].text.length;
    }
    return { heading: heading.words, level: heading.level, line: heading.line, text: parts.join("\n"), ownText: heading.text, textLine: heading.textLine };
  });
}

/** @param {string} mark @param {string} fence @param {string} line */
function endsFence(mark, fence, line) {
  return mark.startsWith(fence) && [...line].every((character) => ` \t${fence[0]}`.includes(character));
}

/** @param {string} line */
function mayBeTitle(line) {
  return Boolean(line.trim()) && !/^(?: {4}|[\t#>\-*|<])/.test(line);
}

/** The lines with HTML comments taken out; a fence of code keeps what looks like one. @param {string[]} lines */
function withoutComments(lines) {
  let fence = "";
  let isInside = false;
  return lines.map((line) => {
    if (fence) {
      const mark = FENCE.exec(line);
      if (mark && endsFence(mark[1], fence, line)) fence = "";
      return line;
    }
    let kept = "";
    let at = 0;
    while (at < line.length) {
      const next = line.indexOf(isInside ? "-->" : "<!--", at);
      if (!isInside) kept += line.slice(at, next < 0 ? line.length : next);
      if (next < 0) break;
      at = next + (isInside ? 3 : 4);
      isInside = !isInside;
    }
    fence = FENCE.exec(kept)?.[1] ?? "";
    return kept;
  });
}
