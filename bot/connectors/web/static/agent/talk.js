/** The conversation that is open: its transcript, and what the agent says and does in it. */

import { ask } from "./api.js";
import { h, isComposing } from "./dom.js";
import { describeTrend, drawTrend, mood } from "./trend.js";
import { showAddress, showWords } from "./words.js";

const NEAR = 80; // pixels from the end within which the transcript follows what comes
const AGAIN_SECONDS = 3;
const TYPED_SECONDS = 3; // between two times that the visitor is shown that one writes

export class Talk {
  #lines = new Map(); // key -> {line, node}
  #pending = []; // said here, and not seen in the transcript yet
  #seen = "";
  #typed = 0;

  /**
   * @param {HTMLElement} place
   * @param {{id: string, announce: (words: string) => void, onBack: () => void, changed: () => void}} around
   */
  constructor(place, around) {
    Object.assign(this, { place, around });
    this.head = h("div", { class: "head" });
    this.log = h("div", { class: "log", role: "log", "aria-label": "Transcript", tabindex: "0" });
    this.typing = h("p", { class: "typing" });
    this.foot = h("div", { class: "answer" });
    place.replaceChildren(this.head, this.log, this.typing, this.foot);
  }

  /** The ticket as it is now; undefined when the conversation is not on the desk any more. */
  update(ticket) {
    const seen = JSON.stringify(ticket && [ticket.state, ticket.agent, ticket.visitor, ticket.trend]);
    if (seen === this.#seen) return;
    const before = this.ticket?.state;
    this.#seen = seen;
    this.ticket = ticket;
    this.#showHead();
    if (before !== ticket?.state || !this.foot.firstChild) this.#showFoot();
  }

  hear({ lines, whole }) {
    const view = this.#view();
    const follows = whole || view.scrollHeight - view.scrollTop - view.clientHeight < NEAR;
    if (whole) {
      this.#lines.clear();
      this.log.replaceChildren();
    }
    for (const line of lines) this.#put(line, whole);
    this.#showPending();
    if (follows) view.scrollTop = view.scrollHeight;
  }

  showTyping(typing) {
    this.typing.replaceChildren(...(typing ? [h("bdi", {}, this.ticket?.visitor ?? "Visitor"), " is writing…"] : []));
  }

  focus() {
    (this.foot.querySelector("textarea, button") ?? this.log).focus();
  }

  stop() {
    clearTimeout(this.timer);
  }

  /** What scrolls: the transcript, or the page where that is too low for one. */
  #view() {
    return getComputedStyle(this.log).overflowY === "visible" ? document.scrollingElement : this.log;
  }

  #put(line, quietly) {
    const known = this.#lines.get(line.key);
    const node = showLine(line);
    if (known) known.node.replaceWith(node);
    else this.log.insertBefore(node, this.#firstAfter(line) ?? this.log.querySelector(".pending"));
    this.#lines.set(line.key, { line, node });
    if (line.voice === "person") this.#pending = this.#pending.filter(({ id }) => !line.key.endsWith(`/${id}`));
    if (!quietly && !known && line.voice === "user") this.around.announce(`${this.ticket?.visitor ?? "Visitor"}: ${line.text}`);
  }

  #firstAfter(line) {
    const later = [...this.#lines.values()].filter((other) => isBefore(line, other.line));
    return later.reduce((first, other) => (isBefore(other.line, first.line) ? other : first), later[0])?.node;
  }

  #showHead() {
    const { ticket } = this;
    const back = h("button", { type: "button", class: "plain back", onclick: this.around.onBack }, "All conversations");
    if (!ticket) {
      this.head.replaceChildren(back, h("p", { class: "why" }, "This conversation is with the bot again."));
      return;
    }
    const mine = ticket.state === "mine";
    const give = mine && h("button", { type: "button", class: "plain", onclick: () => this.#change("give-back") }, "Give back to the bot");
    this.head.replaceChildren(
      back,
      h("div", { class: "who" }, h("h2", { dir: "auto" }, ticket.visitor), h("p", { class: "why" }, ticket.reason)),
      h("div", { class: "feels" }, drawTrend(ticket.trend), h("span", { "aria-hidden": "true" }, describeTrend(ticket.trend).replace("Mood: ", ""))),
      ...(give ? [give] : []),
    );
  }

  #showFoot() {
    const had = this.foot.contains(document.activeElement);
    this.foot.replaceChildren(...this.#answer());
    if (had) this.focus();
  }

  #answer() {
    if (!this.ticket) return [h("p", { class: "hint" }, "Nothing more to do here.")];
    if (this.ticket.state === "taken") return [h("p", { class: "hint" }, `${this.ticket.agent} has this conversation.`)];
    if (this.ticket.state === "waiting") {
      const take = h("button", { type: "button", class: "main", onclick: () => this.#change("take") }, "Take over");
      return [take, h("p", { class: "hint" }, "Until then the bot answers. The visitor is told that you join.")];
    }
    const field = h("textarea", { rows: "1", "aria-label": "Your answer", placeholder: "Your answer", dir: "auto", maxlength: "4000" });
    const send = () => this.#say(field);
    field.addEventListener("input", () => {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + 2}px`;
      if (field.value.trim()) this.#type();
    });
    field.addEventListener("keydown", (event) => {
      if (isComposing(event)) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        send();
      } else if (event.key === "Escape") this.around.onBack();
    });
    const form = h("form", { onsubmit: (event) => { event.preventDefault(); send(); } }, field, h("button", { class: "main" }, "Send"));
    return [form, h("p", { class: "hint" }, "Enter sends, Shift+Enter begins a line, Escape goes to the list.")];
  }

  async #change(what) {
    const done = await ask(what, { conversation: this.around.id });
    if (done === undefined) this.around.announce("The server did not answer. Try again.");
    else if (!done) this.around.announce("Somebody else was faster.");
    this.around.changed();
  }

  #type() {
    if (Date.now() - this.#typed < TYPED_SECONDS * 1000) return;
    this.#typed = Date.now();
    ask("typing", { conversation: this.around.id });
  }

  #say(field) {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    field.style.height = "auto";
    this.#typed = 0;
    this.#pending.push({ id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`, text });
    this.#showPending();
    this.#view().scrollTop = this.#view().scrollHeight;
    this.#push();
  }

  /** One after the other, each until it is said: under its id it is said once. */
  async #push() {
    if (this.pushing) return;
    this.pushing = true;
    for (let next = this.#next(); next; next = this.#next()) {
      const { id, text } = next;
      const kept = await ask("say", { conversation: this.around.id, id, text });
      if (kept === undefined) {
        next.late = true;
        this.timer = setTimeout(() => this.#push(), AGAIN_SECONDS * 1000);
        break;
      }
      Object.assign(next, kept ? { said: true, late: false } : { refused: true });
    }
    this.pushing = false;
    this.#showPending();
  }

  #next() {
    return this.#pending.find(({ said, refused }) => !said && !refused);
  }

  #showPending() {
    this.log.querySelectorAll(".pending").forEach((node) => node.remove());
    for (const { text, late, refused } of this.#pending) {
      const state = refused ? "Not said: the conversation is not yours any more." : late ? "Waiting for a connection" : "";
      const item = h("div", { class: `entry person pending${refused ? " failed" : ""}` }, showWords(text));
      if (state) item.append(h("div", { class: "foot" }, state));
      this.log.append(item);
    }
  }
}

function isBefore(one, other) {
  for (let index = 0; index < one.place.length; index++) {
    if (one.place[index] !== other.place[index]) return one.place[index] < other.place[index];
  }
  return false;
}

function showLine(line) {
  if (line.voice === "notice") return h("div", { class: "note" }, line.text);
  const names = { user: "Visitor", bot: "Bot", person: line.name };
  const item = h("div", { class: `entry ${line.voice}` }, h("div", { class: "by", dir: "auto" }, names[line.voice]));
  if (line.text) item.append(line.voice === "user" ? h("div", { class: "bubble", dir: "auto" }, line.text) : showWords(line.text));
  if (line.image) item.append(h("div", { class: "bubble" }, "Image: ", showAddress(line.image)));
  if (line.choices.length) item.append(h("div", { class: "choices" }, ...line.choices.map((title) => h("span", { dir: "auto" }, title))));
  const at = new Date(line.at * 1000);
  const foot = h("div", { class: "foot" }, h("time", { datetime: at.toISOString() }, at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })));
  if (line.valence !== null && mood(line.valence) === "bad") foot.append(h("span", { class: "bad" }, " upset"));
  item.append(foot);
  return item;
}
