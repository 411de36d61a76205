/** The custom element <ripen-chat>: what the page may ask of it, and what is seen. docs/widget.md describes both. */

import { Conversation } from "./conversation.js";
import { frame, showCount } from "./frame.js";
import { Identity } from "./identity.js";
import { Invitation } from "./invitation.js";
import { Notices } from "./notices.js";
import { readMetadata, readOptions } from "./options.js";
import { findStorage } from "./storage.js";
import { applyStyle } from "./style.js";
import { fitRoom, isNarrow, watchSurroundings } from "./surroundings.js";
import { chooseTexts } from "./texts.js";
import { Transcript } from "./transcript.js";

const LOOKS = ["title", "subtitle", "avatar", "greeting", "placeholder", "lang", "texts", "suggestions", "person"];
const WAYS = ["start", "invite", "invite-after", "inline", "feedback", "shortcut", "open", "token"];

export class RipenChat extends HTMLElement {
  /** Where the bot is, for elements that do not say: the folder of the script. */
  static server;
  static observedAttributes = [...LOOKS, ...WAYS].map((name) => `data-${name}`);

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
  #leave; // stops listening to the page
  #invitation = new Invitation(() => !this.isOpen && this.#talk.history?.open === undefined);
  /** @type {Notices} */ #notices;

  connectedCallback() {
    const server = new URL(this.dataset.server || this.constructor.server || ".", document.baseURI);
    if (!this.shadowRoot) applyStyle(this.attachShadow({ mode: "open" }));
    const identity = new Identity(() => this.#token ?? window[this.dataset.tokenFrom] ?? this.dataset.token);
    this.#talk = new Conversation(server, identity, {
      metadata: () => this.metadata,
      storage: findStorage(this.dataset.keep),
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
    this.#leave = watchSurroundings({
      shortcut: () => this.#options.shortcut,
      onShortcut: () => this.#toggle(),
      onTrigger: (said) => {
        this.open();
        if (said) this.say(said);
      },
      onSight: () => this.#countUnread(),
      onRoom: () => fitRoom(this.#parts.panel),
    });
  }

  disconnectedCallback() {
    this.#talk.stop();
    this.#notices.stop();
    this.#invitation.stop();
    this.#leave();
  }

  attributeChangedCallback(name, _, value) {
    if (!this.#parts) return;
    if (name === "data-open") this.#show(value !== null || this.#options.inline);
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

  /** What goes with every message, from now on. */
  get metadata() {
    return readMetadata(this.dataset);
  }

  set metadata(metadata) {
    this.dataset.metadata = JSON.stringify(metadata);
  }

  /** The page's token for its user: a string, or a function that gets one (maybe later), asked anew when one has ended. */
  set token(token) {
    this.#token = token;
    if (this.#talk && this.isConnected) this.#talk.reidentify();
  }

  /** Open the panel and put the cursor where one types. */
  open() {
    const { activeElement: at, body } = document;
    if (at !== this || !this.isOpen) this.#from = at === this || at === body ? undefined : at;
    this.#show(true);
    this.#talk.history?.remember(true);
    this.#parts.focus();
    this.#tell("ripen-open");
  }

  /** Close the panel; the focus, if it was in there, goes back to where it was, or to the button that opens it. */
  close() {
    if (this.#options.inline) return; // it is a part of the page
    const inside = this.shadowRoot.activeElement !== null;
    this.#show(false);
    this.#talk.history?.remember(false);
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

  /**
   * Tell the bot something as the page, unseen by the user: the bot answers, here or beside the button as unread.
   * @param {string} payload   as a button's: "/greet", '/viewed{"product": "A-1"}'
   */
  trigger(payload) {
    if (payload) this.#talk.say("", payload);
  }

  /** Begin a new conversation: the history is gone, and the bot meets somebody new. */
  reset() {
    this.#talk.reset();
    this.#begin();
    if (this.isOpen) this.#parts.focus();
  }

  // What happens

  #toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** A conversation that is opened and has not begun yet begins as the page wants it. */
  #begin() {
    if (this.isOpen && this.#talk.isFresh && this.#options.start) this.trigger(this.#options.start);
  }

  #hear(entry) {
    this.#tell("ripen-message", { ...entry });
    if (entry.from === "user") this.#parts.end.jump();
    else if (!this.isOpen) this.#notices.announce("newMessage", { text: entry.text ?? this.#texts.say("image") });
  }

  #enter(state) {
    this.#notices.enter(state);
    this.#tell("ripen-state", { state });
  }

  #ask(text, payload) {
    this.say(text, payload);
    this.#parts.focus();
  }

  #rate(entry, value) {
    this.#talk.rate(entry, value);
    if (value) this.#notices.announce("thanks");
    this.#tell("ripen-feedback", { id: entry.id, value });
  }

  // What is seen

  #build() {
    const draft = this.#parts?.input.value;
    this.#options = readOptions(this.dataset);
    this.#texts = chooseTexts(this.#options.lang, { ...this.#options.texts, ...this.#own });
    const { say } = this.#texts;
    this.#parts = frame(this.#options, this.#texts, {
      onLaunch: () => this.#toggle(),
      onClose: () => this.close(),
      onReset: () => this.reset(),
      onSend: (text) => this.say(text),
      onType: () => this.#talk?.type(),
      onPerson: () => this.#ask(say("personSaid"), this.#options.person || "/hand_off"),
      onSuggestion: ({ title, payload }) => this.#ask(title, payload),
    });
    this.shadowRoot.replaceChildren(this.#parts.around);
    this.#notices.use(this.#parts, say);
    this.#notices.enter(this.state);
    this.#transcript = new Transcript(this.#parts.log, {
      ...this.#texts,
      feedback: this.#options.feedback,
      onPress: (entry, button) => {
        this.#talk.press(entry, button);
        this.#parts.focus();
      },
      onRetry: (entry) => this.#talk.retry(entry),
      onRate: (entry, value) => this.#rate(entry, value),
    });
    if (draft) this.#parts.write(draft);
    this.#invite();
    this.#refresh();
  }

  /** Several attributes may change at once; they are taken up together. */
  #rebuild() {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      const { isOpen } = this;
      const isTyping = this.shadowRoot.activeElement === this.#parts.input;
      this.#build();
      this.#show(isOpen || this.#options.inline, false);
      if (isTyping) this.#parts.input.focus();
    });
  }

  #refresh() {
    const { entries, isAwaiting, history } = this.#talk;
    const { suggestions, end } = this.#parts;
    this.#notices.expect(isAwaiting);
    const added = this.#transcript.sync(entries, { greeting: this.#options.greeting, typing: this.#notices.dots });
    suggestions.hidden = !suggestions.childElementCount || entries.some((entry) => entry.from === "user");
    if (added) end.follow(added);
    if (history && !this.#restored) {
      this.#restored = true;
      // As the user left it; else as the page wants it, but never over the whole of a small screen unasked.
      const wanted = history.open ?? (this.hasAttribute("data-open") && !isNarrow());
      this.#show(this.isOpen || this.#options.inline || wanted);
    }
    this.#countUnread();
  }

  #show(open, mayBegin = true) {
    const { panel, launcher, invitation, end } = this.#parts;
    panel.hidden = !open;
    launcher.setAttribute("aria-expanded", String(open));
    invitation.replaceChildren();
    if (open) {
      fitRoom(panel);
      if (mayBegin) this.#begin();
      const [unseen] = this.#talk.history?.unread() ?? [];
      end.jump(this.#transcript.find(unseen?.id));
    }
    this.#countUnread();
  }

  /** Once: who has opened the chat, closed it, or taken the invitation away is not invited again. */
  #invite() {
    const { invitation, launcher } = this.#parts;
    const onLeave = () => {
      launcher.focus();
      this.close();
    };
    const actions = { onTake: () => this.open(), onLeave };
    this.#invitation.await(invitation, this.#options, this.#texts.say("close"), actions);
  }

  #countUnread() {
    const { history } = this.#talk;
    if (!history) return;
    if (this.isOpen && !document.hidden) history.markRead();
    const count = history.unread().length;
    showCount(this.#parts, count, this.#texts.say);
    if (count !== this.#unread) this.#tell("ripen-unread", { count });
    this.#unread = count;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
