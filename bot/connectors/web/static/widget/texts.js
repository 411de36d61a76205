/** The words of the chat itself, in the languages of languages.js and whatever a page adds. */

import { LANGUAGES } from "./languages.js";

const FROM_RIGHT = ["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

/**
 * The texts of a language. What a language lacks is said in English.
 * @param {string} wanted    a language tag, as "pt-BR"
 * @param {Record<string, string>} own   what the page says in its own words
 */
export function chooseTexts(wanted, own = {}) {
  const tag = readTag(wanted);
  const code = tag.split("-")[0];
  const texts = { ...LANGUAGES.en, ...LANGUAGES[code], ...own };
  const fill = (name, values = {}) => String(texts[name]).replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
  const known = code in LANGUAGES || Object.keys(own).length > 0;
  return { lang: known ? tag : "en", dir: known && FROM_RIGHT.includes(code) ? "rtl" : "ltr", say: fill };
}

/** The tag as the browser writes it. Many a page has "de_DE", which it would not take; of what is no tag at all, "en". */
function readTag(wanted) {
  try {
    return Intl.getCanonicalLocales(wanted.replace(/_/g, "-"))[0] ?? "en";
  } catch {
    return "en";
  }
}
