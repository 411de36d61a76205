/**
 * The wire to the bot: Socket.IO, and plain requests where sockets do not get through (docs/http.md).
 *
 * A message goes out under an id of its own, so that sending it again after a broken connection is safe: the bot
 * answers it once. What the bot says is counted, so that what was missed can be asked for.
 *
 * @typedef {{id: string, text: string, metadata: object}} Outgoing
 * @typedef {{outcome: "sent"|"waiting"|"failed", reason?: string, wait?: number, refused?: boolean}} Sent
 * @typedef {"online"|"offline"|"signedOut"|"refused"} State
 *
 * @typedef {object} Handlers   what a connection asks and tells
 * @property {() => string|undefined} session
 * @property {() => number} after   the last sequence that is here
 * @property {(confirmed: string, presented: string|undefined) => boolean} onSession   whether to ask once more
 * @property {(payload: object) => number} onMessage   the sequence up to which everything is here now
 * @property {(said: {id: string, text: string, at: number}) => void} onHeard   said in another tab
 * @property {() => void} onTyping   a person writes an answer
 * @property {(state: State) => void} onState
 * @property {() => void} onReady   the session is confirmed, for the first time or again: what waits may go
 *
 * @typedef {Handlers & {onState: (verdict?: "refused") => void, onToken: () => Promise<boolean>}} LinkHandlers
 */

import { PollLink } from "./polling.js";
import { SocketLink } from "./sockets.js";

const PATIENCE_SECONDS = 3; // without a socket, before plain requests are used
const ASLEEP_SECONDS = 30; // a page that was hidden for so long may have lost its line without a word

export class Connection {
  #socket;
  #poll;
  #patience;
  #hidden = 0;
  /** @type {State} */ state = "offline";

  /**
   * @param {URL} server   the bot's address, with a slash at the end
   * @param {import("./identity.js").Identity} identity
   * @param {Handlers} handlers
   */
  constructor(server, identity, handlers) {
    this.identity = identity;
    this.handlers = handlers;
    const forLinks = {
      ...handlers,
      onState: (verdict) => this.#look(verdict),
      onToken: () => this.#renewToken(),
    };
    this.#socket = new SocketLink(server, identity, forLinks);
    this.#poll = new PollLink(server, identity, forLinks);
  }

  start() {
    this.#socket.open();
    this.#beginPatience();
    window.addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#revive);
  }

  stop() {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#socket.close();
    this.#poll.close();
    this.state = "offline";
    window.removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#revive);
  }

  /** Ask for the session again, after it changed. */
  renew() {
    this.#socket.renew();
    this.#poll.renew();
  }

  get online() {
    return this.#socket.confirmed || this.#poll.confirmed;
  }

  /**
   * @param {Outgoing} message
   * @returns {Promise<Sent>}
   */
  async send(message) {
    return this.online ? this.#link().send(message) : { outcome: "waiting" };
  }

  /** @returns {Promise<boolean|undefined>} whether the bot took the rating; undefined: it is to be told again later */
  async rate(id, value) {
    return this.online ? this.#link().rate(id, value) : undefined;
  }

  /** Say that the user writes, where that is cheap. */
  type() {
    if (this.#socket.confirmed) this.#socket.type();
  }

  #link() {
    return this.#socket.confirmed ? this.#socket : this.#poll;
  }

  #wake = () => this.#socket.wake();

  #revive = () => {
    if (document.hidden) this.#hidden = Date.now();
    else if (Date.now() - this.#hidden > ASLEEP_SECONDS * 1000) this.#wake();
  };

  /** What the two ways make of it together. */
  #look(verdict) {
    if (this.#socket.confirmed) {
      clearTimeout(this.#patience);
      this.#patience = undefined;
      this.#poll.close();
    } else {
      this.#beginPatience();
    }
    this.#become(this.online ? "online" : (verdict ?? (this.state === "online" ? "offline" : this.state)));
    if (this.online) this.handlers.onReady();
  }

  #beginPatience() {
    if (this.#poll.isOpen || this.#patience) return;
    this.#patience = setTimeout(() => {
      this.#patience = undefined;
      this.#poll.open();
    }, PATIENCE_SECONDS * 1000);
  }

  async #renewToken() {
    try {
      if (await this.identity.renew()) return true;
    } catch (error) {
      console.warn("ripen: the page has no token for the chat now", error);
      return true; // it may have one later
    }
    this.#socket.close();
    this.#poll.close();
    clearTimeout(this.#patience);
    this.#become("signedOut");
    return false;
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.handlers.onState(state);
  }
}
