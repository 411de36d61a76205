/** The way to the bot over Socket.IO. */

import { io } from "../vendor/socket.io.esm.min.js";

const ACK_SECONDS = 90;
const CONFIRM_SECONDS = 10;
const LONGEST_SOCKET_PAUSE = 5; // seconds between two tries to connect

export class SocketLink {
  #socket;
  #timers = {};
  #refusals = 0;
  #presented; // the session that was named in the last request
  #asking = false;
  #again = false; // the session changed while it was being asked for
  confirmed = false;

  /**
   * @param {URL} server   the bot's address, with a slash at the end
   * @param {import("./identity.js").Identity} identity
   * @param {import("./connection.js").LinkHandlers} handlers
   */
  constructor(server, identity, handlers) {
    Object.assign(this, { server, identity, handlers });
  }

  open() {
    this.#socket = io(this.server.origin, {
      path: `${this.server.pathname}socket.io`,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      forceNew: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: LONGEST_SOCKET_PAUSE * 1000,
      auth: (give) => this.#authorise(give),
    });
    this.#socket.on("connect", () => this.renew());
    this.#socket.on("session_confirm", (answer) => this.#confirm(answer));
    this.#socket.on("bot_uttered", (payload) => this.#hear(payload));
    this.#socket.on("user_heard", (said) => this.confirmed && this.handlers.onHeard(said));
    this.#socket.on("person_typing", () => this.confirmed && this.handlers.onTyping());
    this.#socket.on("connect_error", (error) => this.#refuse(error));
    this.#socket.on("disconnect", (reason) => {
      this.#lose();
      // The client does not come back by itself when it was the server that said goodbye.
      if (reason === "io server disconnect") this.#after("again", 1, () => this.#socket.connect());
    });
  }

  close() {
    Object.values(this.#timers).forEach(clearTimeout);
    this.#socket?.removeAllListeners();
    this.#socket?.disconnect();
    this.confirmed = false;
  }

  /** Ask for the session, and for what was missed. One request after the other: a confirmation does not say whose it is. */
  async renew() {
    if (!this.#socket?.connected) return;
    this.confirmed = false;
    this.#again = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
    const answer = await this.#request();
    this.#asking = false;
    if (this.#again) this.renew();
    else if (answer?.error) this.#after("again", answer.wait ?? this.#pause(), () => this.renew());
    else if (!answer && this.#socket.connected && !this.confirmed) this.#restart();
  }

  #request() {
    this.#presented = this.handlers.session();
    const asked = { acknowledges: true, after: this.handlers.after() };
    if (this.#presented) asked.session_id = this.#presented;
    return this.#ask("session_request", asked, CONFIRM_SECONDS);
  }

  /** The machine may have slept: look whether the line still is one, and do not wait for the next planned try. */
  wake() {
    if (this.#socket?.connected) this.renew();
    else if (this.#socket?.active) this.#restart();
  }

  /** @returns {Promise<import("./connection.js").Sent>} */
  async send({ id, text, metadata }) {
    const said = { message: text, session_id: this.handlers.session(), metadata: { ...metadata, message_id: id } };
    const answer = await this.#ask("user_uttered", said, ACK_SECONDS);
    if (!answer) return { outcome: "waiting" };
    if (!answer.error) return { outcome: "sent" };
    return { outcome: answer.again ? "waiting" : "failed", reason: String(answer.error), wait: answer.wait, refused: true };
  }

  /** The user writes: of interest now, or not at all. */
  type() {
    this.#socket.volatile.emit("user_typing", {});
  }

  async rate(id, value) {
    const answer = await this.#ask("feedback", { id, value }, CONFIRM_SECONDS);
    return !answer || answer.again ? undefined : !answer.error;
  }

  async #ask(event, data, seconds) {
    try {
      return (await this.#socket.timeout(seconds * 1000).emitWithAck(event, data)) ?? {};
    } catch {
      return undefined;
    }
  }

  #confirm(answer) {
    const session = typeof answer === "string" ? answer : answer?.session_id;
    if (!session || this.#again) return;
    if (this.handlers.onSession(session, this.#presented)) {
      this.renew();
      return;
    }
    this.confirmed = true;
    this.#refusals = 0;
    this.handlers.onState();
  }

  /** Nothing before the confirmation: it may be of a session that was left, and what is of this one comes again. */
  #hear(payload) {
    if (!this.confirmed) return;
    const sequence = this.handlers.onMessage(payload);
    if (sequence) this.#socket.emit("bot_uttered_received", { sequence });
  }

  #lose() {
    this.confirmed = false;
    this.handlers.onState();
  }

  async #authorise(give) {
    try {
      const token = await this.identity.get();
      give(token ? { token } : {});
    } catch (error) {
      console.warn("ripen: the page has no token for the chat now", error);
      this.#socket.disconnect();
      this.#lose();
      this.#after("again", this.#pause(), () => this.#socket.connect());
    }
  }

  /** The client tries again by itself after a broken line, but not after the server's no. */
  async #refuse(error) {
    this.#lose();
    if (this.#socket.active) return;
    const code = error.data?.code ?? "";
    if (code.startsWith("token_")) {
      if (!(await this.handlers.onToken())) return;
    } else if (error.data?.again === false) {
      this.handlers.onState("refused");
      return;
    }
    this.#after("again", this.#pause(), () => this.#socket.connect());
  }

  #pause() {
    this.#refusals += 1;
    return Math.min(LONGEST_SOCKET_PAUSE * 6, 0.5 * 2 ** this.#refusals) * (0.75 + Math.random() / 2);
  }

  #restart() {
    this.#socket.disconnect().connect();
  }

  #after(name, seconds, action) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(action, seconds * 1000);
  }
}
