/**
 * What was said, kept in this browser: across reloads, and between tabs of one page.
 *
 * Several tabs write under one key. Each reads before it writes and merges: of an entry the copy with the higher `rev`
 * counts, of a session the one with the higher `epoch`.
 *
 * @typedef {object} Entry
 * @property {string} id          the client's id of a user's message, the server's of a bot's
 * @property {"user"|"bot"|"note"} from
 * @property {number} at          milliseconds, when it was said
 * @property {number} order       where it stands: milliseconds of this browser's clock, never falling
 * @property {number} rev         how often it was changed
 * @property {string} [text]      of a note, the name of its text
 * @property {string} [by]        the name of the person who speaks in place of the bot
 * @property {boolean} [notice]   it is about such a person, not by anybody
 * @property {string} [payload]   what is sent instead of text: a pressed button's
 * @property {boolean} [silent]   it is the page that says it, and nobody sees it
 * @property {string} [image]
 * @property {{title: string, payload: string}[]} [buttons]
 * @property {string} [chosen]    title of the button that was pressed
 * @property {"waiting"|"sent"|"failed"} [state]   of a user's message
 * @property {boolean} [tried]    it has been handed to the network at least once
 * @property {boolean} [held]     it waits although there is a connection, as the bot has asked
 * @property {string} [reason]    why it failed, in the bot's words
 * @property {string} [why]       why it failed, the name of a text
 * @property {boolean} [rateable] the bot keeps what users think of it
 * @property {"up"|"down"|null} [rating]
 * @property {boolean} [rated]    the bot has the rating
 */

const KEPT_ENTRIES = 200;

/** An id that nobody guesses; randomUUID exists on secure pages only. */
export function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class History {
  /** @type {string|undefined} */ session;
  /** The last sequence of the bot's messages that this tab has. */ after = 0;
  /** Up to which `order` things have been seen. */ read = 0;
  /** Whether the user opened (true) or closed (false) the chat; undefined before either. */ open;
  /** @type {Entry[]} */ entries = [];
  #epoch = 0;

  /**
   * @param {string} server  the bot's address, under which this history is kept
   * @param {string} owner   whose it is; what is kept of somebody else is dropped
   * @param {Storage} storage  where it is kept
   * @param {(renewed: boolean) => void} onOtherTab  called when another tab changed it, or began another session
   */
  constructor(server, owner, storage, onOtherTab) {
    this.key = `ripen-chat ${server}`;
    this.owner = owner;
    this.storage = storage;
    const stored = this.#stored();
    if (stored?.owner === owner) {
      this.#take(stored);
      this.after = stored.after;
    } else if (stored) {
      this.#epoch = stored.epoch + 1;
      this.save();
    }
    this.onStorage = (event) => {
      const other = event.key === this.key && parse(event.newValue);
      if (!other || other.owner !== this.owner) return;
      const epoch = this.#epoch;
      this.#take(other);
      onOtherTab(this.#epoch !== epoch);
    };
  }

  /** @param {string} id */
  find(id) {
    return this.entries.find((entry) => entry.id === id);
  }

  /** Add at the end; what the bot says goes before what has not been sent yet. */
  add(entry) {
    const added = { order: this.#next(), rev: 0, ...entry };
    this.entries.push(added);
    if (added.from === "bot") {
      for (const unsent of this.waiting().filter((one) => !one.tried)) {
        Object.assign(unsent, { order: this.#next(), rev: unsent.rev + 1 });
      }
    }
    this.save();
    return added;
  }

  change(entry, fields) {
    Object.assign(entry, fields, { rev: entry.rev + 1 });
    this.save();
  }

  /** The user's messages that have not reached the bot yet, oldest first. */
  waiting() {
    return this.entries.filter((entry) => entry.state === "waiting");
  }

  /** The bot's messages that nobody has seen, oldest first. */
  unread() {
    return this.entries.filter((entry) => entry.from === "bot" && entry.order > this.read);
  }

  /** Whether the user has opened or closed the chat. */
  remember(open) {
    this.open = open;
    this.save();
  }

  /** Everything has been seen. */
  markRead() {
    const last = this.entries.at(-1)?.order ?? 0;
    if (last <= this.read) return;
    this.read = last;
    this.save();
  }

  /**
   * Take the session that the bot confirmed after `presented` was presented.
   * @returns {"same"|"fresh"|"ask"}   `ask`: the session changed meanwhile, maybe in another tab, so ask with that
   */
  adopt(confirmed, presented) {
    this.#catchUp();
    if (this.session !== presented && this.session !== confirmed) return "ask";
    if (confirmed === this.session) return "same";
    Object.assign(this, { session: confirmed, after: 0 });
    this.#epoch += 1;
    // The bot may know better than the page that this is another user: nothing of the former one stays.
    if (this.owner && presented) this.entries = [];
    if (this.entries.some((entry) => entry.state !== "waiting")) {
      this.add({ id: makeId(), from: "note", at: Date.now(), text: "newConversation" });
    }
    this.save();
    return "fresh";
  }

  /** Forget everything, and be somebody new to the bot. */
  clear() {
    Object.assign(this, { session: undefined, after: 0, read: 0, entries: [] });
    this.#epoch += 1;
    this.save();
  }

  save() {
    if (this.#catchUp() === "other") return; // no longer this user's browser
    this.#trim();
    const { session, owner, after, read, open, entries } = this;
    try {
      this.storage.setItem(this.key, JSON.stringify({ epoch: this.#epoch, session, owner, after, read, open, entries }));
    } catch {
      // Full: this page goes on with what it has.
    }
  }

  /** Other tabs may have written what this one was not told of yet. */
  #catchUp() {
    const stored = this.#stored();
    if (!stored || stored.epoch < this.#epoch) return "ahead";
    if (stored.owner !== this.owner) return "other";
    this.#take(stored);
    return "level";
  }

  #next() {
    return Math.max(Date.now(), 1 + Math.max(0, ...this.entries.map((entry) => entry.order)));
  }

  #trim() {
    this.entries.sort((one, other) => one.order - other.order);
    this.entries.splice(0, Math.max(0, this.entries.length - KEPT_ENTRIES));
  }

  #stored() {
    return parse(this.storage.getItem(this.key));
  }

  /** Bring in what is stored: of a later epoch it replaces this, of the same one it is merged. */
  #take(stored) {
    if (stored.epoch < this.#epoch) return;
    if (stored.epoch > this.#epoch) {
      const unsent = this.waiting().filter((entry) => !entry.tried);
      Object.assign(this, { session: stored.session, entries: unsent, after: 0, read: 0 });
    }
    this.#epoch = stored.epoch;
    this.session ??= stored.session;
    this.open ??= stored.open;
    this.read = Math.max(this.read, stored.read);
    const mine = new Map(this.entries.map((entry) => [entry.id, entry]));
    for (const theirs of stored.entries) {
      const known = mine.get(theirs.id);
      if (!known) this.entries.push(theirs);
      else if (theirs.rev > known.rev) Object.assign(known, theirs);
      else if (theirs.rev === known.rev) known.order = Math.min(known.order, theirs.order);
    }
    this.#trim();
  }
}

/** What was stored, or undefined when it is nothing of ours. */
function parse(stored) {
  try {
    const value = JSON.parse(stored);
    const numbers = [value.epoch, value.after, value.read];
    if (!numbers.every(Number.isFinite) || typeof value.owner !== "string" || !Array.isArray(value.entries)) return undefined;
    value.entries = value.entries.filter((entry) => typeof entry?.id === "string" && Number.isFinite(entry.order));
    if (typeof value.session !== "string") delete value.session;
    return value;
  } catch {
    return undefined;
  }
}
