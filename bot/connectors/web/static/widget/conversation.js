/** One conversation: what the user says goes out, what the bot says comes in, each once and in order. */

import { Connection } from "./connection.js";
import { History, makeId } from "./history.js";
import { readOwner } from "./identity.js";
import { readMarks, readPayload } from "./payload.js";

const STALE_SECONDS = 20; // what another tab has not brought out by then, this one sends
const EXPIRY_HOURS = 24; // what has waited longer is not sent without being asked
const MOST_REFUSALS = 6; // "later" heard so often in a row is a no
const LONGEST_PAUSE = 30;
const TOKEN_SECONDS = 5; // between two tries to get a token from the page
const HELD_SECONDS = 2; // a message that waits longer is seen to wait
const HEARD_SECONDS = 60; // how long an answer to another tab's message is awaited
const WRITING_SECONDS = 6; // how long an answer is awaited of a person who writes
const TYPED_SECONDS = 3; // between two times that a person is told that the user writes

/**
 * @typedef {object} Listener
 * @property {() => object} metadata   goes with each message
 * @property {Storage} storage   where it is kept
 * @property {() => void} onChange     something is to be shown differently
 * @property {(entry: import("./history.js").Entry) => void} onEntry   somebody said something
 * @property {(payload: object) => void} onCustom   a message of a kind that is not shown here
 * @property {(state: import("./connection.js").State) => void} onState
 */

export class Conversation {
  #mine = new Set(); // ids of messages that this tab is to send
  #sending = false;
  #awaited = 0; // until when an answer to another tab, or of a person who writes, is expected, milliseconds
  #typed = 0; // when it was last said that the user writes
  #refusals = 0;
  #timers = {};
  #early = []; // said before it was known whose conversation this is

  /**
   * @param {URL} server
   * @param {import("./identity.js").Identity} identity
   * @param {Listener} listener
   */
  constructor(server, identity, listener) {
    Object.assign(this, { server, identity, listener });
    this.connection = new Connection(server, identity, {
      session: () => this.history.session,
      after: () => this.history.after,
      onSession: (confirmed, presented) => this.#adopt(confirmed, presented),
      onMessage: (payload) => this.#hear(payload),
      onHeard: (said) => this.#overhear(said),
      onTyping: () => this.#await(WRITING_SECONDS),
      onState: (state) => this.#enter(state),
      onReady: () => this.#pump(),
    });
  }

  /** Takes what is kept of this user up, and connects. Whose it is must be known first. */
  async start() {
    this.stopped = false;
    try {
      this.#open(readOwner(await this.identity.get()));
    } catch (error) {
      // Not as somebody unknown meanwhile: what is kept here would be dropped as another's.
      console.warn("ripen: the page has no token for the chat now", error);
      this.#after("start", TOKEN_SECONDS, () => this.start());
      return;
    }
    if (!this.stopped) this.connection.start();
  }

  stop() {
    this.stopped = true;
    Object.values(this.#timers).forEach(clearTimeout);
    this.connection.stop();
    if (this.history) window.removeEventListener("storage", this.history.onStorage);
  }

  /** The page knows the user by another token now. */
  reidentify() {
    this.stop();
    this.identity.drop();
    return this.start();
  }

  /** What is to be seen. */
  get entries() {
    return this.history?.entries.filter((entry) => !entry.silent) ?? [];
  }

  /** Whether nothing was said yet, by anybody. */
  get isFresh() {
    return this.history?.entries.length === 0;
  }

  get state() {
    return this.connection.state;
  }

  /** Whether an answer is on its way. */
  get isAwaiting() {
    return this.state === "online" && (this.#sending || this.#awaited > Date.now());
  }

  /** Without a text it is the page that says something, and nobody sees it. */
  say(text, payload) {
    if (!this.history) {
      this.#early.push([text, payload]);
      return;
    }
    const silent = !text || undefined;
    const said = { id: makeId(), from: "user", at: Date.now(), text, payload, silent, state: "waiting" };
    const entry = this.history.add(said);
    this.#mine.add(entry.id);
    this.#typed = 0;
    this.#changed();
    if (!silent) this.listener.onEntry(entry);
    this.#pump();
  }

  /** The user writes. Where a person answers, they see it. */
  type() {
    const last = this.entries.filter((entry) => entry.from === "bot" && !entry.notice).at(-1);
    if (!last?.by || Date.now() - this.#typed < TYPED_SECONDS * 1000) return;
    this.#typed = Date.now();
    this.connection.type();
  }

  press(entry, button) {
    this.history.change(entry, { chosen: button.title });
    this.say(button.title, button.payload);
  }

  retry(entry) {
    this.#mine.add(entry.id);
    this.history.change(entry, { state: "waiting", at: Date.now(), reason: undefined, why: undefined });
    this.#changed();
    this.#pump();
  }

  rate(entry, value) {
    this.history.change(entry, { rating: value, rated: false });
    this.#changed();
    this.#pushRatings();
  }

  reset() {
    this.#early = [];
    this.history?.clear();
    this.#awaited = 0;
    this.connection.renew();
    this.#changed();
  }

  #open(owner) {
    if (this.stopped) return;
    this.history = new History(this.server.href, owner, this.listener.storage, (renewed) => {
      if (renewed) this.connection.renew();
      this.#after("adopt", STALE_SECONDS, () => this.#pump());
      this.#changed();
    });
    window.addEventListener("storage", this.history.onStorage);
    this.#mine = new Set(this.history.waiting().map((entry) => entry.id));
    this.#changed();
    for (const said of this.#early.splice(0)) this.say(...said);
  }

  #adopt(confirmed, presented) {
    const found = this.history.adopt(confirmed, presented);
    if (found !== "same") this.#changed();
    return found === "ask";
  }

  #hear(payload) {
    if (typeof payload !== "object" || payload === null) return 0;
    const { sequence, ...marks } = readMarks(payload);
    const { id } = marks;
    if (id && this.history.find(id)) return this.#reach(Math.max(sequence, this.history.after));
    const shown = readPayload(payload);
    this.#reach(sequence || this.history.after);
    this.#awaited = 0;
    if (shown) {
      const entry = this.history.add({ ...marks, ...shown, id: id ?? makeId(), from: "bot" });
      this.#changed();
      this.listener.onEntry(entry);
    } else {
      this.history.save();
      this.listener.onCustom(payload);
    }
    return this.history.after;
  }

  #reach(sequence) {
    this.history.after = sequence;
    return sequence;
  }

  /** Said in another tab; usually its entry is here already, by way of the storage. */
  #overhear(said) {
    if (typeof said?.id !== "string" || typeof said.text !== "string") return;
    const known = this.history.find(said.id);
    if (known?.state === "failed") this.history.change(known, { state: "sent" });
    if (!known) this.history.add({ id: said.id, from: "user", at: Date.now(), text: said.text, state: "sent" });
    this.#await(HEARD_SECONDS);
  }

  #await(seconds) {
    this.#awaited = Math.max(this.#awaited, Date.now() + seconds * 1000);
    this.#after("awaited", (this.#awaited - Date.now()) / 1000 + 0.1, () => this.#changed());
    this.#changed();
  }

  #enter(state) {
    if (state === "online") {
      this.#expire();
      this.#pushRatings();
    }
    this.#changed();
    this.listener.onState(state);
  }

  /** What was written a day ago may no longer be meant. */
  #expire() {
    const oldest = Date.now() - EXPIRY_HOURS * 3_600_000;
    for (const entry of this.history.waiting().filter((one) => one.at < oldest)) {
      this.history.change(entry, { state: "failed", why: "tooOld" });
    }
  }

  #next() {
    const stale = Date.now() - STALE_SECONDS * 1000;
    return this.history.waiting().find((entry) => this.#mine.has(entry.id) || entry.order < stale);
  }

  /** Send what waits, one message after the other, so that answers come in order. */
  async #pump() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let entry = this.#next(); entry; entry = this.#next()) {
        const pause = await this.#send(entry);
        if (pause) {
          if (this.connection.online && pause >= HELD_SECONDS) this.history.change(entry, { held: true });
          this.#after("retry", pause, () => this.#pump());
          break;
        }
      }
    } finally {
      this.#sending = false;
      this.#changed();
    }
  }

  /** @returns {Promise<number>} seconds to wait before the next try, 0 when the message is done with */
  async #send(entry) {
    if (!this.connection.online) return LONGEST_PAUSE; // or as soon as there is a connection
    if (!entry.tried || entry.held) this.history.change(entry, { tried: true, held: false });
    this.#changed();
    const { text, payload, silent } = entry;
    const title = payload === undefined || silent ? undefined : text;
    const metadata = { ...this.listener.metadata(), title, silent };
    const { outcome, reason, wait, refused } = await this.connection.send({
      id: entry.id,
      text: payload ?? text,
      metadata,
    });
    this.#refusals = outcome === "waiting" && refused ? this.#refusals + 1 : 0;
    if (outcome !== "waiting") this.history.change(entry, { state: outcome, reason });
    else if (this.#refusals >= MOST_REFUSALS) this.#giveUp(entry, reason);
    else return wait ?? Math.min(LONGEST_PAUSE, 2 ** this.#refusals);
    return 0;
  }

  #giveUp(entry, reason) {
    this.#refusals = 0;
    this.history.change(entry, { state: "failed", reason, why: reason ? undefined : "noAnswer" });
  }

  async #pushRatings() {
    for (const entry of this.entries.filter((one) => one.rated === false)) {
      const { id, rating } = entry;
      const kept = await this.connection.rate(id, rating);
      if (kept === undefined || entry.rating !== rating) continue; // later, or changed meanwhile
      this.history.change(entry, kept ? { rated: true } : { rated: true, rating: null });
      this.#changed();
    }
  }

  #after(name, seconds, action) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(action, seconds * 1000);
  }

  #changed() {
    if (!this.stopped) this.listener.onChange();
  }
}
