/** Where a conversation is kept. */

const BY_NAME = { browser: "localStorage", tab: "sessionStorage" };

const kept = new Map();
/** For as long as the page is there, whatever becomes of the chat's element meanwhile. */
const memory = {
  getItem: (key) => kept.get(key),
  setItem: (key, value) => kept.set(key, value),
};

/**
 * @param {string} [name]   "browser", "tab" or "page"
 * @returns {Pick<Storage, "getItem"|"setItem">} the page's memory, too, where the browser lets nobody store anything
 */
export function findStorage(name = "browser") {
  try {
    const storage = window[BY_NAME[name]];
    storage.getItem("ripen-chat");
    return storage;
  } catch {
    return memory;
  }
}
