/** Brings the log up to date with the conversation, whatever changed: new entries, other tabs, states, ratings. */

import { h } from "./dom.js";
import { showEntry, updateEntry } from "./entry.js";

const GROUP_MILLISECONDS = 120_000;

export class Transcript {
  #shown = new Map(); // key -> {node, seen}
  #drawn = false;

  /**
   * @param {HTMLElement} log
   * @param {import("./entry.js").View} view
   */
  constructor(log, view) {
    Object.assign(this, { log, view });
  }

  /**
   * @param {import("./history.js").Entry[]} entries
   * @param {{greeting?: string, typing: boolean}} around
   * @returns {HTMLElement|undefined} the first that was added
   */
  sync(entries, { greeting, typing }) {
    const wanted = [];
    if (greeting) wanted.push(this.#place("greeting", { id: "greeting", from: "bot", text: greeting }, entries[0]));
    let day = new Date().toDateString(); // today needs no heading
    entries.forEach((entry, index) => {
      const date = new Date(entry.at);
      if (entry.at && date.toDateString() !== day) wanted.push(this.#head(date));
      if (entry.at) day = date.toDateString();
      wanted.push(this.#place(entry.id, entry, entries[index + 1], entries[index - 1]));
    });
    if (typing) wanted.push(this.#keep("typing", showTyping));
    return this.#arrange(wanted);
  }

  /** The node of an entry, if it is shown. */
  find(id) {
    return this.#shown.get(id)?.node;
  }

  #place(key, entry, next, before) {
    const soon = next !== undefined && next.at - (entry.at ?? next.at) < GROUP_MILLISECONDS;
    const seen = JSON.stringify([entry.state, entry.held, entry.reason, entry.why, entry.rating, entry.chosen]);
    const item = this.#keep(key, () => showEntry(entry, this.view), seen);
    if (item.seen !== seen) updateEntry(item.node, entry, this.view);
    item.seen = seen;
    const same = soon && next.from === entry.from && next.by === entry.by && !next.notice;
    item.node.classList.toggle("followed", same);
    item.node.classList.toggle("named", entry.by !== undefined && before?.by !== entry.by);
    item.node.classList.toggle("answered", soon && next.from === "bot" && entry.from === "user");
    return item;
  }

  #head(date) {
    const words = new Intl.DateTimeFormat(this.view.lang, { weekday: "short", day: "numeric", month: "short" });
    return this.#keep(`day ${date.toDateString()}`, () => h("div", { class: "note", "aria-live": "off" }, words.format(date)));
  }

  #keep(key, make, seen) {
    const item = this.#shown.get(key) ?? { key, node: make(), seen };
    this.#shown.set(key, item);
    return item;
  }

  /** Nodes that stay are not touched: a log that is filled anew would be read out anew. */
  #arrange(wanted) {
    const stays = new Set(wanted);
    for (const [key, item] of this.#shown) {
      if (stays.has(item)) continue;
      item.node.remove();
      this.#shown.delete(key);
    }
    let added;
    let at = this.log.firstChild;
    for (const { node, key } of wanted) {
      if (node === at) {
        at = at.nextSibling;
        continue;
      }
      if (!node.isConnected && key !== "typing") added ??= node;
      node.classList.toggle("new", this.#drawn && !node.isConnected); // what is there from the start does not move
      this.log.insertBefore(node, at);
    }
    this.#drawn ||= wanted.length > 0;
    for (const last of this.log.querySelectorAll(".last")) last.classList.remove("last");
    [...this.log.querySelectorAll(".entry.bot")].at(-1)?.classList.add("last");
    return added;
  }
}

function showTyping() {
  return h("div", { class: "typing", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}
