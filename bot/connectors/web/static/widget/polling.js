/** The way to the bot over plain requests, for networks that let no socket through. */

const SEND_SECONDS = 90;
const POLL_SECONDS = 25;
const LONGEST_POLL_PAUSE = 5;

export class PollLink {
  #stop; // aborts what is under way; undefined while this way is not used
  #failures = 0;
  confirmed = false;

  /**
   * @param {URL} server   the bot's address, with a slash at the end
   * @param {import("./identity.js").Identity} identity
   * @param {import("./connection.js").LinkHandlers} handlers
   */
  constructor(server, identity, handlers) {
    Object.assign(this, { server, identity, handlers });
  }

  get isOpen() {
    return this.#stop !== undefined;
  }

  open() {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#run(this.#stop.signal);
  }

  /** What is under way is given up: it may hang where the socket does not, and is sent again under its id. */
  close() {
    this.#stop?.abort();
    this.#stop = undefined;
    this.confirmed = false;
  }

  renew() {
    if (!this.#stop) return;
    this.close();
    this.open();
  }

  async send({ id, text, metadata }) {
    const said = { session_id: this.handlers.session(), message: text, metadata: { ...metadata, message_id: id } };
    const { status, answer, wait } = await this.#post("chat/messages", said, SEND_SECONDS, this.#stop?.signal);
    if (!status) return { outcome: "waiting" };
    if (status < 400) return { outcome: "sent" };
    if (await this.#mend(answer)) return { outcome: "waiting" };
    const again = answer.again ?? (status >= 500 || status === 429);
    return { outcome: again ? "waiting" : "failed", reason: String(answer.message ?? ""), wait, refused: true };
  }

  async rate(id, value) {
    const rated = { session_id: this.handlers.session(), id, value };
    const { status, answer } = await this.#post("chat/feedback", rated, SEND_SECONDS, this.#stop?.signal);
    return status === undefined || status === 401 || answer.again ? undefined : status < 400;
  }

  async #run(signal) {
    while (!signal.aborted) {
      const went = this.confirmed ? await this.#poll(signal) : await this.#begin(signal);
      if (signal.aborted) return;
      if (went) this.#failures = 0;
      else await this.#rest(signal);
    }
  }

  async #begin(signal) {
    const presented = this.handlers.session();
    const asked = presented ? { session_id: presented } : {};
    const { status, answer } = await this.#post("chat/session", asked, SEND_SECONDS, signal);
    if (signal.aborted) return false;
    if (status !== 200 || typeof answer.session_id !== "string") return this.#fail(status, answer);
    if (this.handlers.onSession(answer.session_id, presented)) return true; // to ask again
    this.confirmed = true;
    this.handlers.onState();
    return true;
  }

  async #poll(signal) {
    const asked = { session_id: this.handlers.session(), after: this.handlers.after(), wait: POLL_SECONDS };
    const { status, answer } = await this.#post("chat/poll", asked, POLL_SECONDS + 15, signal);
    if (signal.aborted) return false;
    if (status !== 200 || !Array.isArray(answer.messages)) return this.#fail(status, answer);
    answer.messages.forEach((payload) => this.handlers.onMessage(payload));
    return true;
  }

  async #fail(status, answer) {
    this.confirmed = false;
    this.handlers.onState(answer.error_code === "origin" ? "refused" : undefined);
    return this.#mend(answer);
  }

  /** Whether the same may be tried again at once: the session or the token was the trouble, and there is another. */
  async #mend({ error_code: code = "" }) {
    if (code === "session_unknown") {
      this.confirmed = false;
      return this.#failures === 0;
    }
    return code.startsWith("token_") && (await this.handlers.onToken());
  }

  /** @returns {Promise<{status?: number, answer: object, wait?: number}>} without a status when nothing came back */
  async #post(path, body, seconds, signal) {
    // By hand, as Safari has AbortSignal.any since 17.4 only.
    const request = new AbortController();
    const giveUp = () => request.abort();
    const limit = setTimeout(giveUp, seconds * 1000);
    if (signal?.aborted) giveUp();
    signal?.addEventListener("abort", giveUp);
    try {
      const token = await this.identity.get();
      const response = await fetch(new URL(path, this.server), {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify(body),
        signal: request.signal,
      });
      const wait = Number(response.headers.get("Retry-After")) || undefined;
      return { status: response.status, answer: (await response.json().catch(() => ({}))) ?? {}, wait };
    } catch {
      return { answer: {} };
    } finally {
      clearTimeout(limit);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  #rest(signal) {
    this.#failures += 1;
    const seconds = Math.min(LONGEST_POLL_PAUSE, 0.5 * 2 ** this.#failures);
    return new Promise((resolve) => {
      setTimeout(resolve, seconds * 1000);
      signal.addEventListener("abort", resolve, { once: true });
    });
  }
}
