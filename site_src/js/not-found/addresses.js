/**
 * Reads an address of the site as that of a dataset, as people write it who know the Hub's addresses. Without a DOM.
 */

// `_RESERVED` of otdi_site/urls.py
const RESERVED = /^(?:index|con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;
const NAME = /^(?!\.+$)[\w.-]{1,96}$/; // of an account or a dataset of the Hub; of dots alone, it would lead to another folder

/**
 * @typedef {object} Wanted
 * @property {string} id  As it was written, such as `HuggingFaceFW/fineweb`.
 * @property {string} name  Without the publisher.
 * @property {string[]} addresses  Where its page may be, below the site's home page; the likeliest first.
 */

/**
 * The dataset that a path names; `null` where it names none.
 *
 * @param {string} path  Percent-encoded.
 * @param {string} home  The path of the home page.
 * @returns {Wanted | null}
 */
export function findWanted(path, home) {
  if (!path.startsWith(home)) return null;
  const [folder, ...names] = decode(path.slice(home.length)).split("/").filter(Boolean);
  // The Hub has pages below that of a dataset, such as `tree/main`.
  const [publisher, name] = names.length === 1 ? ["_", names[0]] : names;
  if (folder?.toLowerCase() !== "datasets" || !name || !NAME.test(publisher) || !NAME.test(name)) return null;
  const bare = name.replace(/\.html$/i, "");
  if (!bare) return null;
  const addresses = [bare, name].map((each) => `datasets/${fileName(publisher)}/${fileName(each)}.html`);
  return { id: names.length === 1 ? bare : `${publisher}/${bare}`, name: bare, addresses: [...new Set(addresses)] };
}

/**
 * `_unreserved` of otdi_site/urls.py, and lower-case, by which no two ids of the Hub become one.
 *
 * @param {string} name
 */
function fileName(name) {
  const lower = name.toLowerCase();
  return RESERVED.test(lower) ? `-${lower}` : lower;
}

/** @param {string} path */
function decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}
