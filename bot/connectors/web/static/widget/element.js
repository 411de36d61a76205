/** The custom element <ripen-chat>: what the page may ask of it, and what is seen. docs/widget.md describes both. */

import { Conversation } from "./conversation.js";
import { h } from "./dom.js";
import { frame } from "./frame.js";
import { Identity } from "./identity.js";
import { Notices } from "./notices.js";
import { isShortcut, readMetadata, readOptions } from "./options.js";
import { applyStyle } from "./style.js";
import { chooseTexts } from "./texts.js";
import { Transcript } from "./transcript.js";

const WIDE = 480;
const LOOKS = ["title", "subtitle", "avatar", "greeting", "placeholder", "lang", "texts", "suggestions", "person"];

export class RipenChat extends HTMLElement {
  /** Where the bot is, for elements that do not say: the folder of the script. */
  static server;
  static observedAttributes = [...LOOKS, "feedback", "shortcut", "open", "token"].map((name) => `data-${name}`);

  /** @type {Conversation} */ #talk;
  /** @type {ReturnType<typeof frame>} */ #parts;
  #options;
  #texts;
  #own = {}; // texts of the page's own
  #token; // a string, or a function of the page that gets one
  #transcript;
  #unread = 0;
  #stale = false;
  #restored = false;
  #from; // what had the focus before the chat was opened
  /** @type {Notices} */ #notices;

  connectedCallback() {
    const server = new URL(this.dataset.server || this.constructor.server || ".", document.baseURI);
    if (!this.shadowRoot) applyStyle(this.attachShadow({ mode: "open" }));
    this.#talk = new Conversation(server, new Identity(() => this.#tokenSource()), {
      metadata: () => readMetadata(this.dataset),
      onChange: () => this.#refresh(),
      onEntry: (entry) => this.#hear(entry),
      onCustom: (payload) => this.#tell("ripen-custom", payload),
      onState: (state) => this.#enter(state),
    });
    this.#notices = new Notices(() => {
      this.#refresh();
      this.#parts.end.follow();
    });
    this.#restored = false;
    this.#build();
    this.#talk.start();
    document.addEventListener("keydown", this.#onKey);
    document.addEventListener("click", this.#onClick);
    document.addEventListener("visibilitychange", this.#onSight);
  }

  disconnectedCallback() {
    this.#talk.stop();
    this.#notices.stop();
    document.removeEventListener("keydown", this.#onKey);
    document.removeEventListener("click", this.#onClick);
    document.removeEventListener("visibilitychange", this.#onSight);
  }

  attributeChangedCallback(name, _, value) {
    if (!this.#parts) return;
    if (name === "data-open") this.#show(value !== null);
    else if (name === "data-token") this.#talk.reidentify();
    else this.#rebuild();
  }

  /** Whether the panel is open. */
  get isOpen() {
    return this.#parts !== undefined && !this.#parts.panel.hidden;
  }

  /** How many messages of the bot have not been seen. */
  get unread() {
    return this.#unread;
  }

  /** "online", "offline", "signedOut" (the page's token is no longer good) or "refused". */
  get state() {
    return this.#talk?.state ?? "offline";
  }

  /** Words of the page's own, by the names in languages.js; they go before data-texts. */
  get texts() {
    return { ...this.#own };
  }

  set texts(texts) {
    this.#own = { ...texts };
    if (this.#parts) this.#rebuild();
  }

  /** The page's token for its user: a string, or a function that gets one (maybe later), asked anew when one has ended. */
  set token(token) {
    this.#token = token;
    if (this.#talk && this.isConnected) this.#talk.reidentify();
  }

  /** Open the panel and put the cursor where one types. */
  open() {
    const { activeElement, body } = document;
    if (!this.isOpen) this.#from = activeElement === this || activeElement === body ? undefined : activeElement;
    this.#show(true);
    this.#remember(true);
    this.#focus();
    this.#tell("ripen-open");
  }

  /** Close the panel; the focus, if it was in there, goes back to where it was, or to the button that opens it. */
  close() {
    const inside = this.shadowRoot.activeElement !== null;
    this.#show(false);
    this.#remember(false);
    if (inside) {
      this.#parts.launcher.focus();
      this.#from?.focus(); // stays at the button where that is gone or hidden
    }
    this.#tell("ripen-close");
  }

  /**
   * Say something as the user. With `payload`, that is what the bot gets, and `text` what is shown.
   * @param {string} text
   * @param {string} [payload]
   */
  say(text, payload) {
    if (text.trim()) this.#talk.say(text, payload);
  }

  /** Begin a new conversation: the history is gone, and the bot meets somebody new. */
  reset() {
    this.#talk.reset();
    if (this.isOpen) this.#focus();
  }

  // What happens

  #onKey = (event) => {
    if (!isShortcut(event, this.#options.shortcut)) return;
    event.preventDefault();
    if (this.isOpen) this.close();
    else this.open();
  };

  /** Anything on the page may open the chat: <button data-ripen-open>, <a href="/help" data-ripen-say="Hello">. */
  #onClick = (event) => {
    const trigger = event.target.closest?.("[data-ripen-open], [data-ripen-say]");
    if (!trigger) return;
    event.preventDefault();
    this.open();
    if (trigger.dataset.ripenSay) this.say(trigger.dataset.ripenSay);
  };

  #onSight = () => this.#countUnread();

  #hear(entry) {
    this.#tell("ripen-message", { ...entry });
    if (entry.from === "user") this.#parts.end.jump();
    else if (!this.isOpen) this.#notices.announce("newMessage", { text: entry.text ?? this.#texts.say("image") });
  }

  #enter(state) {
    this.#notices.enter(state);
    this.#tell("ripen-state", { state });
  }

  #press(entry, button) {
    this.#talk.press(entry, button);
    this.#focus();
  }

  #rate(entry, value) {
    this.#talk.rate(entry, value);
    if (value) this.#notices.announce("thanks");
    this.#tell("ripen-feedback", { id: entry.id, value });
  }

  #tokenSource() {
    const named = this.dataset.tokenFrom && window[this.dataset.tokenFrom];
    return this.#token ?? named ?? this.dataset.token;
  }

  // What is seen

  #build() {
    this.#options = readOptions(this.dataset);
    this.#texts = chooseTexts(this.#options.lang, { ...this.#options.texts, ...this.#own });
    const { say } = this.#texts;
    this.#parts = frame(this.#options, this.#texts, {
      onLaunch: () => (this.isOpen ? this.close() : this.open()),
      onClose: () => this.close(),
      onReset: () => this.reset(),
      onSend: (text) => this.say(text),
      onType: () => this.#talk?.type(),
      onPerson: () => {
        this.say(say("personSaid"), this.#options.person || undefined);
        this.#focus();
      },
    });
    this.shadowRoot.replaceChildren(this.#parts.around);
    this.#notices.use(this.#parts, say);
    this.#notices.enter(this.state);
    this.#transcript = new Transcript(this.#parts.log, {
      ...this.#texts,
      feedback: this.#options.feedback,
      onPress: (entry, button) => this.#press(entry, button),
      onRetry: (entry) => this.#talk.retry(entry),
      onRate: (entry, value) => this.#rate(entry, value),
    });
    this.#suggest();
    this.#refresh();
  }

  /** Several attributes may change at once; they are taken up together. */
  #rebuild() {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      const { isOpen } = this;
      const draft = this.#parts.input.value;
      this.#build();
      this.#parts.input.value = draft;
      this.#show(isOpen);
      if (draft) this.#parts.input.dispatchEvent(new Event("input"));
    });
  }

  #suggest() {
    for (const { title, payload } of this.#options.suggestions) {
      const onclick = () => {
        this.say(title, payload);
        this.#focus();
      };
      this.#parts.suggestions.append(h("button", { type: "button", dir: "auto", onclick }, title));
    }
  }

  #refresh() {
    const { entries, isAwaiting, history } = this.#talk;
    const { log, suggestions, end } = this.#parts;
    this.#notices.expect(isAwaiting);
    const added = this.#transcript.sync(entries, { greeting: this.#options.greeting, typing: this.#notices.dots });
    suggestions.hidden = !suggestions.childElementCount || entries.some((entry) => entry.from === "user");
    for (const last of log.querySelectorAll(".last")) last.classList.remove("last");
    [...log.querySelectorAll(".entry.bot")].at(-1)?.classList.add("last");
    if (added) end.follow();
    if (history && !this.#restored) this.#restore(history.open);
    this.#countUnread();
  }

  /** As the user left it; else as the page wants it, but never over the whole of a small screen unasked. */
  #restore(open) {
    this.#restored = true;
    this.#show(open ?? (this.hasAttribute("data-open") && window.innerWidth > WIDE));
  }

  /** Where one types; but a touch screen's keyboard is not called up unasked. */
  #focus() {
    const { input, log } = this.#parts;
    (matchMedia("(pointer: coarse)").matches ? log : input).focus();
  }

  #show(open) {
    const { panel, launcher, end } = this.#parts;
    panel.hidden = !open;
    panel.setAttribute("aria-modal", String(window.innerWidth <= WIDE)); // where it covers the page
    launcher.setAttribute("aria-expanded", String(open));
    if (open) end.jump();
    this.#countUnread();
  }

  #remember(open) {
    const { history } = this.#talk;
    if (!history) return;
    history.open = open;
    history.save();
  }

  #countUnread() {
    const { history } = this.#talk;
    if (!history) return;
    if (this.isOpen && !document.hidden) history.markRead();
    const count = history.unread();
    const { badge, launcher } = this.#parts;
    const { say } = this.#texts;
    badge.textContent = count > 99 ? "99+" : String(count);
    badge.hidden = !count;
    launcher.setAttribute("aria-label", count ? say("unread", { count }) : say("chat"));
    if (count !== this.#unread) this.#tell("ripen-unread", { count });
    this.#unread = count;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
