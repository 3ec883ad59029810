/**
 * Words of texts and queries, and how well a dataset answers a query; it must not touch the page.
 */

const WORD = /[\p{L}\p{N}]+/gu;
// Scripts written without spaces between words: their words are found anywhere in a text.
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const BOUNDARY = /(\p{Ll}|\p{N})(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu;

/**
 * Case and accents folded away: "Müller" and "muller" are one.
 *
 * @param {string} text
 */
export function normalise(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss").normalize("NFC");
}

/**
 * The words of a text, in order.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function tokenise(text) {
  return normalise(text).match(WORD) ?? [];
}

/**
 * A text made ready for `hasWord`: its words, each with a space in front. Names such as "OpenTides" give their parts
 * as words too.
 *
 * @param {string} text
 */
export function prepare(text) {
  const parts = text.replace(BOUNDARY, "$& ");
  const words = tokenise(text);
  return ` ${(parts === text ? words : [...words, ...tokenise(parts)]).join(" ")} `;
}

/**
 * Whether a prepared text has a word that begins with `word`.
 *
 * @param {string} prepared
 * @param {string} word
 */
export function hasWord(prepared, word) {
  return prepared.includes(UNSPACED.test(word) ? word : ` ${word}`);
}

/**
 * How well a dataset answers a query; 0 where it lacks one of the words.
 *
 * @param {{title: string, publisher: string, text: string}} prepared  Prepared texts, the most telling first.
 * @param {string[]} words  Of the query.
 */
export function score(prepared, words) {
  let total = 0;
  for (const word of words) {
    if (prepared.title.includes(` ${word} `)) total += 10;
    else if (hasWord(prepared.title, word)) total += 6;
    else if (hasWord(prepared.publisher, word)) total += 3;
    else if (hasWord(prepared.text, word)) total += 1;
    else return 0;
  }
  if (prepared.title === ` ${words.join(" ")} `) total += 20;
  return total;
}
