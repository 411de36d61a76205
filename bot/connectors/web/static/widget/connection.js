/**
 * The wire to the bot: Socket.IO, and REST where sockets do not get through.
 *
 * A message goes out under an id of its own, so that sending it again after a broken connection is safe: the bot
 * answers it once. What the bot says is acknowledged by its id, so that the server knows what to keep.
 */

const CLIENT = new URL("../vendor/socket.io.esm.min.js", import.meta.url).href;
const ACK_SECONDS = 90;
const PATIENCE_SECONDS = 3; // without a socket, before REST is used

/**
 * @typedef {{outcome: "sent"|"waiting"|"failed", reason?: string, byRest?: boolean}} Sent
 * @typedef {object} Handlers
 * @property {(online: boolean) => void} onState
 * @property {(session: string) => void} onSession   the server's id for this session
 * @property {(id: string|undefined, payload: object) => void} onMessage   something the bot said
 */

export class Connection {
  #socket;
  #confirmed = false;
  #alone = Date.now(); // since when there is no socket
  #request = new AbortController();

  /**
   * @param {string} server   the bot's address, with a slash at the end
   * @param {() => string} session
   * @param {Handlers} handlers
   */
  constructor(server, session, handlers) {
    this.server = new URL(server);
    this.session = session;
    this.handlers = handlers;
    this.stopped = false;
  }

  async start() {
    try {
      const { io } = await import(CLIENT);
      if (!this.stopped) this.#open(io);
    } catch {
      this.#alone = 0;
    }
  }

  stop() {
    this.stopped = true;
    this.#socket?.disconnect();
  }

  /** Ask for the session again, after it changed. */
  renew() {
    this.#confirmed = false;
    this.#socket?.emit("session_request", { session_id: this.session(), acknowledges: true });
  }

  /**
   * @param {{id: string, text: string, metadata: object}} message
   * @returns {Promise<Sent>}
   */
  async send(message) {
    if (this.#confirmed) return this.#sendBySocket(message);
    if (Date.now() - this.#alone > PATIENCE_SECONDS * 1000) return this.#sendByRest(message);
    return { outcome: "waiting" };
  }

  #open(io) {
    const socket = io(this.server.origin, {
      path: `${this.server.pathname}socket.io`,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
    });
    this.#socket = socket;
    socket.on("connect", () => this.renew());
    socket.on("session_confirm", (answer) => {
      this.#confirmed = true;
      this.#request.abort(); // it may hang where the socket does not
      const session = typeof answer === "string" ? answer : answer?.session_id;
      if (session) this.handlers.onSession(session);
      this.handlers.onState(true);
    });
    socket.on("bot_uttered", (payload) => this.#hear(payload));
    socket.on("connect_error", () => this.handlers.onState(false));
    socket.on("disconnect", (reason) => {
      this.#confirmed = false;
      this.#alone = Date.now();
      this.handlers.onState(false);
      // The client does not come back by itself when it was the server that said goodbye.
      if (reason === "io server disconnect") setTimeout(() => this.stopped || socket.connect(), 1000);
    });
  }

  #hear(payload) {
    if (typeof payload !== "object" || payload === null) return;
    const id = payload.metadata?.ripen?.id;
    this.handlers.onMessage(id, payload);
    if (id) this.#socket.emit("bot_uttered_received", { ids: [id] });
  }

  async #sendBySocket({ id, text, metadata }) {
    const said = { message: text, session_id: this.session(), metadata: { ...metadata, message_id: id } };
    try {
      const answer = await this.#socket.timeout(ACK_SECONDS * 1000).emitWithAck("user_uttered", said);
      if (!answer?.error) return { outcome: "sent" };
      return { outcome: answer.again ? "waiting" : "failed", reason: answer.error };
    } catch {
      return { outcome: "waiting" };
    }
  }

  async #sendByRest({ id, text, metadata }) {
    const said = {
      sender: this.session(),
      message: text,
      input_channel: "socketio",
      metadata: { ...metadata, message_id: id },
    };
    this.#request = new AbortController();
    try {
      const response = await fetch(new URL("webhooks/rest/webhook", this.server), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(said),
        signal: this.#request.signal,
      });
      if (response.status >= 500 || response.status === 429) return { outcome: "waiting" };
      const answer = await response.json();
      if (!response.ok) return { outcome: "failed", reason: answer.message };
      answer.forEach((item, number) => this.handlers.onMessage(`${id}/${number}`, item));
      return { outcome: "sent", byRest: true };
    } catch {
      return { outcome: "waiting" };
    }
  }
}
