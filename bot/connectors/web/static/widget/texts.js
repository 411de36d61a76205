/** The words of the chat itself, in the languages of languages.js and whatever a page adds. */

import { LANGUAGES } from "./languages.js";

const FROM_RIGHT = ["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

/**
 * The texts of a language. What a language lacks is said in English.
 * @param {string} wanted    a language tag, as "pt-BR"
 * @param {Record<string, string>} own   what the page says in its own words
 */
export function chooseTexts(wanted, own = {}) {
  const code = wanted.toLowerCase().split("-")[0];
  const texts = { ...LANGUAGES.en, ...LANGUAGES[code], ...own };
  const fill = (name, values = {}) => texts[name].replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
  const known = code in LANGUAGES || Object.keys(own).length > 0;
  return { lang: known ? wanted : "en", dir: known && FROM_RIGHT.includes(code) ? "rtl" : "ltr", say: fill };
}
