/**
 * What was said, kept in this browser: across reloads, and between tabs of one page.
 *
 * @typedef {object} Entry
 * @property {string} id          the client's id of a user's message, the server's of a bot's
 * @property {"user"|"bot"} from
 * @property {number} at          milliseconds, this browser's clock
 * @property {string} [text]
 * @property {string} [payload]   what is sent instead of text: a pressed button's
 * @property {string} [image]
 * @property {{title: string, payload: string}[]} [buttons]
 * @property {string} [chosen]    title of the button that was pressed
 * @property {"waiting"|"sent"|"failed"} [state]   of a user's message
 * @property {string} [reason]    why it failed
 * @property {boolean} [byRest]   it was answered over REST
 */

const KEPT_ENTRIES = 200;
const PROGRESS = ["waiting", "failed", "sent"];

/** An id that nobody guesses; randomUUID exists on secure pages only. */
export function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class History {
  /**
   * @param {string} server  the bot's address, under which this history is kept
   * @param {(renewed: boolean) => void} onOtherTab  called when another tab changed it, or began another session
   */
  constructor(server, onOtherTab) {
    this.key = `ripen-chat ${server}`;
    this.session = makeId();
    /** Whether the user opened (true) or closed (false) the chat; undefined before either. */
    this.open = undefined;
    /** @type {Entry[]} */
    this.entries = [];
    this.#take(this.#read());
    this.onStorage = (event) => {
      if (event.key !== this.key || !event.newValue) return;
      const before = this.session;
      this.#take(parse(event.newValue));
      onOtherTab(this.session !== before);
    };
  }

  /** @param {string} id */
  find(id) {
    return this.entries.find((entry) => entry.id === id);
  }

  /** @param {Entry} entry */
  add(entry) {
    this.entries.push(entry);
    this.save();
  }

  /** The user's messages that have not reached the bot yet, oldest first. */
  waiting() {
    return this.entries.filter((entry) => entry.state === "waiting");
  }

  save() {
    this.entries.splice(0, Math.max(0, this.entries.length - KEPT_ENTRIES));
    const { session, open, entries } = this;
    try {
      localStorage.setItem(this.key, JSON.stringify({ session, open, entries }));
    } catch {
      // Blocked or full: this page goes on from memory.
    }
  }

  /** Forget everything, and be somebody new to the bot. */
  clear() {
    this.entries = [];
    this.session = makeId();
    this.save();
  }

  #read() {
    try {
      return parse(localStorage.getItem(this.key));
    } catch {
      return undefined;
    }
  }

  /** Bring in what is stored: another session replaces this one, the same one is merged. */
  #take(stored) {
    if (!stored) return;
    if (stored.session !== this.session) this.entries = [];
    this.session = stored.session;
    this.open = stored.open;
    for (const theirs of stored.entries) {
      const mine = this.find(theirs.id);
      if (!mine) this.entries.push(theirs);
      else if (PROGRESS.indexOf(theirs.state) > PROGRESS.indexOf(mine.state)) Object.assign(mine, theirs);
      else if (theirs.chosen) mine.chosen = theirs.chosen;
    }
    this.entries.sort((a, b) => a.at - b.at);
  }
}

/** What was stored, or undefined when it is nothing of ours. */
function parse(stored) {
  try {
    const value = JSON.parse(stored);
    const usable = typeof value.session === "string" && Array.isArray(value.entries);
    if (!usable) return undefined;
    value.entries = value.entries.filter((entry) => entry && typeof entry.id === "string");
    return value;
  } catch {
    return undefined;
  }
}
