/** The custom element <ripen-chat>: its state, what the user does, and what the bot says. */

import { Connection } from "./connection.js";
import { History, makeId } from "./history.js";
import { frame } from "./frame.js";
import { readPayload, showEntry } from "./view.js";

const RETRY_SECONDS = 4;
const OFFLINE_NOTICE_SECONDS = 3;
const GROUP_MILLISECONDS = 120_000;

export class RipenChat extends HTMLElement {
  /** @type {History} */ #history;
  /** @type {Connection} */ #connection;
  /** @type {ReturnType<typeof frame>} */ #parts;
  #online = false;
  #sending = false;
  #unread = 0;
  #timers = {};

  connectedCallback() {
    const server = new URL(this.dataset.server || ".", document.baseURI).href;
    this.#history = new History(server, (renewed) => {
      if (renewed) this.#connection.renew();
      this.#render();
    });
    this.#parts ??= frame(this.attachShadow({ mode: "open" }), this.dataset, {
      onLaunch: () => (this.isOpen ? this.close() : this.open()),
      onClose: () => this.close(),
      onReset: () => this.reset(),
      onSend: (text) => this.say(text),
    });
    this.#connection = new Connection(server, () => this.#history.session, {
      onState: (online) => this.#setOnline(online),
      onSession: (session) => this.#adopt(session),
      onMessage: (id, payload) => this.#hear(id, payload),
    });
    window.addEventListener("storage", this.#history.onStorage);
    this.#render();
    this.#show(this.#history.open ?? (this.hasAttribute("data-open") && window.innerWidth > 480));
    this.#connection.start();
    this.#watchForSilence();
    this.#pump();
  }

  disconnectedCallback() {
    window.removeEventListener("storage", this.#history.onStorage);
    this.#connection.stop();
    Object.values(this.#timers).forEach(clearTimeout);
  }

  /** Whether the panel is open. */
  get isOpen() {
    return !this.#parts.panel.hidden;
  }

  /** Open the panel and put the cursor where one types. */
  open() {
    this.#show(true);
    this.#remember(true);
    this.#focus();
    this.#tell("ripen-open");
  }

  /** Close the panel; the focus goes back to the button that opens it. */
  close() {
    this.#show(false);
    this.#remember(false);
    this.#parts.launcher.focus();
    this.#tell("ripen-close");
  }

  /**
   * Say something as the user. With `payload`, that is what the bot gets, and `text` what is shown.
   * @param {string} text
   * @param {string} [payload]
   */
  say(text, payload) {
    if (!text.trim()) return;
    const entry = { id: makeId(), from: "user", at: Date.now(), text, payload, state: "waiting" };
    this.#history.add(entry);
    this.#append(entry, true);
    this.#tell("ripen-message", entry);
    this.#pump();
  }

  /** Begin a new conversation: the history is gone, and the bot meets somebody new. */
  reset() {
    this.#history.clear();
    this.#connection.renew();
    this.#render();
    this.#focus();
  }

  /** Send what waits, one message after the other, so that answers come in order. */
  async #pump() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let [entry] = this.#history.waiting(); entry; [entry] = this.#history.waiting()) {
        if ((await this.#send(entry)) === "waiting") {
          this.#after("retry", this.#online ? 1 : RETRY_SECONDS, () => this.#pump());
          break;
        }
      }
    } finally {
      this.#sending = false;
      this.#setTyping(false);
    }
  }

  async #send(entry) {
    this.#setTyping(this.#online);
    const text = entry.payload ?? entry.text;
    const { outcome, ...more } = await this.#connection.send({ id: entry.id, text, metadata: this.#metadata() });
    if (outcome !== "waiting") {
      Object.assign(entry, { state: outcome }, more);
      this.#history.save();
      this.#replace(entry);
    }
    return outcome;
  }

  #metadata() {
    try {
      return JSON.parse(this.dataset.metadata || "{}");
    } catch {
      console.error("ripen: data-metadata is not JSON and is left out");
      return {};
    }
  }

  #hear(id, payload) {
    const asked = id && this.#history.find(id.slice(0, id.lastIndexOf("/")));
    // Known already: said again because the server did not know it had arrived, or because REST brought it.
    if (id && (this.#history.find(id) || asked?.byRest)) return;
    const shown = readPayload(payload);
    if (!shown) {
      this.#tell("ripen-custom", payload);
      return;
    }
    const entry = { id: id ?? makeId(), from: "bot", at: Date.now(), ...shown };
    this.#history.add(entry);
    this.#append(entry, false);
    if (!this.isOpen) this.#setUnread(this.#unread + 1);
    this.#tell("ripen-message", entry);
  }

  #press(entry, button) {
    entry.chosen = button.title;
    this.#replace(entry);
    this.#focus();
    this.say(button.title, button.payload);
  }

  #retry(entry) {
    entry.state = "waiting";
    this.#replace(entry);
    this.#pump();
  }

  #adopt(session) {
    if (session === this.#history.session) return;
    this.#history.session = session;
    this.#history.save();
  }

  #setOnline(online) {
    const lost = this.#online && !online;
    this.#online = online;
    this.#parts.panel.classList.toggle("offline", !online);
    if (online) {
      clearTimeout(this.#timers.silence);
      this.#parts.status.textContent = "";
      this.#pump();
    } else {
      this.#setTyping(false);
      if (lost) this.#watchForSilence();
    }
  }

  /** A short gap is nobody's business; a longer one is said. */
  #watchForSilence() {
    this.#after("silence", OFFLINE_NOTICE_SECONDS, () => {
      const notice = "No connection. What you write is sent as soon as there is one.";
      if (this.#online) return;
      this.#parts.status.textContent = notice;
      this.#parts.panel.classList.add("offline");
    });
  }

  #after(name, seconds, action) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(action, seconds * 1000);
  }

  // What is seen

  #render() {
    const greeting = this.dataset.greeting;
    this.#parts.log.replaceChildren();
    if (greeting) this.#append({ id: "greeting", from: "bot", at: 0, text: greeting }, false);
    for (const entry of this.#history.entries) this.#append(entry, true);
  }

  #append(entry, scroll) {
    const { log } = this.#parts;
    const before = log.lastElementChild;
    const node = this.#make(entry);
    if (before?.entry.from === entry.from && entry.at - before.entry.at < GROUP_MILLISECONDS) {
      before.classList.add("followed");
    }
    log.append(node);
    if (scroll) this.#parts.end.jump();
    else this.#parts.end.follow();
  }

  #make(entry) {
    const node = showEntry(entry, {
      onPress: (button) => this.#press(entry, button),
      onRetry: () => this.#retry(entry),
    });
    node.entry = entry;
    return node;
  }

  #replace(entry) {
    const old = [...this.#parts.log.children].find((node) => node.entry.id === entry.id);
    const node = this.#make(entry);
    if (!old) return;
    // Only what changed, so that a screen reader does not read the whole message again.
    for (const part of [".choices", ".foot"]) old.querySelector(part)?.replaceWith(node.querySelector(part));
    old.className = `${node.className} ${old.classList.contains("followed") ? "followed" : ""}`;
  }

  /** Where one types; but a touch screen's keyboard is not called up unasked. */
  #focus() {
    const { input, log } = this.#parts;
    (matchMedia("(pointer: coarse)").matches ? log : input).focus();
  }

  #show(open) {
    const { panel, launcher, end } = this.#parts;
    panel.hidden = !open;
    launcher.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.#setUnread(0);
    end.jump();
  }

  #remember(open) {
    this.#history.open = open;
    this.#history.save();
  }

  #setTyping(typing) {
    this.#parts.typing.hidden = !typing;
  }

  #setUnread(count) {
    this.#unread = count;
    this.#parts.badge.textContent = count ? String(count) : "";
    this.#parts.badge.hidden = !count;
    this.#parts.launcher.setAttribute("aria-label", count ? `Chat, ${count} unread` : "Chat");
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
