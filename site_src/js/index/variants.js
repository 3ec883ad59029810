/**
 * Tells which words are forms of one: numbers and tenses, nouns made of verbs, British and American spelling. English
 * alone, and by endings: two words are alike when they have the same root.
 */

const SHORTEST = 4;
const LATIN = /^[a-z]+$/;
const ARABIC = /^[\u0621-\u064a]{3,}$/;
const THOUSANDS = /^(\d{1,3})(k|000)$/;
const ARTICLE = "\u0627\u0644";
/** Endings and what stands for them in a root; of each list the first one that fits. */
/** @type {[RegExp, string][][]} */
const STEPS = [
  [
    [/(?<=[a-z]{2})ies$/, "y"],
    [/(?<=ss|sh|ch)es$/, ""],
    [/(?<=[a-z][xz])es$/, ""],
    [/(?<=[a-z]{2}[^suiy])s$/, ""],
  ],
  [
    [/(?<=[a-z]{3})ification$/, "ify"],
    [/(?<=[a-z]{3})i[sz]ation$/, "ize"],
    [/(?<=[a-z]{2}(?:nt|rm|rt))ation$/, ""],
    [/(?<=[a-z]{3})ation$/, "ate"],
    [/(?<=[a-z]{3}(?:ct|et|it|rt|ut|ss))ion$/, ""],
    [/(?<=[a-z]{2})ied$/, "y"],
    [/(?<=[a-z]{3})is(?:ing|ed)$/, "iz"],
    [/(?<=[a-z]{3})ys(?:ing|ed)$/, "yz"],
    [/^([a-z]*[aeiouy][a-z]{2,8})(?:ing|ed)$/, "$1"],
  ],
  [[/(?<=[a-z]{2})([bdgklmnprt])\1$/, "$1"]],
  [
    [/(?<=[a-z]{3})ise$/, "iz"],
    [/(?<=[a-z]{3})ys(?:e|is)$/, "yz"],
    [/(?<=[a-z]{3})ogue$/, "og"],
    [/(?<=[a-z]{2}t)re$/, "er"],
    [/(?<=[a-z]{3})our$/, "or"],
    [/(?<=[a-z]{3})ence$/, "ens"],
    [/(?<=[a-z]{3})e$/, ""],
    [/(?<=[a-z]{3})y$/, "i"],
  ],
];
/** Beginnings that words of one meaning differ in: British spelling, and the Arabic article. */
/** @type {[string, string][]} */
const BEGINNINGS = [
  ["anaem", "anem"],
  ["anaesth", "anesth"],
  ["foet", "fet"],
  ["haem", "hem"],
  ["leukaem", "leukem"],
  ["oesoph", "esoph"],
  ["orthopaed", "orthoped"],
  ["paed", "ped"],
];

/**
 * The root of a word, by which its forms are alike; the word itself where it has no other forms.
 *
 * @param {string} token
 */
export function rootOf(token) {
  if (token.length < SHORTEST || !LATIN.test(token) || token === "news") return token;
  return STEPS.reduce((root, step) => {
    const ending = step.find(([pattern]) => pattern.test(root));
    return ending ? root.replace(...ending) : root;
  }, token);
}

/**
 * Other spellings of a word, which begin otherwise, and of thousands.
 *
 * @param {string} token
 * @returns {string[]}
 */
export function otherSpellings(token) {
  const [, number, ending] = THOUSANDS.exec(token) ?? [];
  if (number !== undefined) return [number + (ending === "000" ? "k" : "000")];
  if (ARABIC.test(token)) return [token.startsWith(ARTICLE) ? token.slice(ARTICLE.length) : ARTICLE + token];
  return BEGINNINGS.flatMap(([british, american]) => {
    if (token.startsWith(british)) return [american + token.slice(british.length)];
    return token.startsWith(american) ? [british + token.slice(american.length)] : [];
  });
}
