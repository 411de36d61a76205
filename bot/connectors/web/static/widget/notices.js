/** What is said besides the conversation: that there is no connection, that an answer is coming, that one has come. */

const OFFLINE_SECONDS = 3; // a short gap is nobody's business; a longer one is said
const DOTS_SECONDS = 0.35; // what is answered at once needs no dots
const TYPING_SECONDS = 2; // an answer that takes longer is announced

export class Notices {
  #timers = {};
  #awaiting = false;
  /** Whether the dots of somebody who writes are to be seen. */ dots = false;

  /** @param {() => void} onDots   called when the dots are to be seen from now on */
  constructor(onDots) {
    this.onDots = onDots;
  }

  /** Speak through other parts, or in another language. */
  use({ panel, status, announcer }, say) {
    Object.assign(this, { panel, status, announcer, say });
  }

  stop() {
    Object.values(this.#timers).forEach(clearTimeout);
  }

  /** Once, for those who do not see the screen. */
  announce(name, values) {
    this.announcer.textContent = this.say(name, values);
  }

  /** @param {import("./connection.js").State} state */
  enter(state) {
    clearTimeout(this.#timers.silence);
    if (state === "offline") this.#after("silence", OFFLINE_SECONDS, () => this.#show("offline"));
    else this.#show(state);
  }

  /** @param {boolean} awaiting   whether an answer is on its way */
  expect(awaiting) {
    if (awaiting === this.#awaiting) return;
    this.#awaiting = awaiting;
    this.dots = false;
    clearTimeout(this.#timers.dots);
    clearTimeout(this.#timers.typing);
    if (!awaiting) return;
    this.#after("dots", DOTS_SECONDS, () => {
      this.dots = true;
      this.onDots();
    });
    this.#after("typing", TYPING_SECONDS, () => !this.panel.hidden && this.announce("typing"));
  }

  #show(state) {
    this.panel.classList.toggle("offline", state !== "online");
    this.status.textContent = state === "online" ? "" : this.say(state);
  }

  #after(name, seconds, action) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(action, seconds * 1000);
  }
}
