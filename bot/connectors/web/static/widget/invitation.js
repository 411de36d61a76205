/** A word to who has been on the page for a while and has neither opened the chat nor closed it. */

import { h, icon } from "./dom.js";
import { CLOSE } from "./icons.js";

export class Invitation {
  #due; // when, milliseconds
  #timer;

  /** @param {() => boolean} isWelcome   whether the user may still be invited when the time has come */
  constructor(isWelcome) {
    this.isWelcome = isWelcome;
  }

  /**
   * Wait for the time, counted from the first call, and show it in `place`.
   * @param {HTMLElement} place
   * @param {{invite?: string, inviteAfter: number}} options   what is said, and after how many seconds
   * @param {string} leave   what the button that takes it away is called
   * @param {{onTake: () => void, onLeave: () => void}} actions
   */
  await(place, { invite, inviteAfter }, leave, { onTake, onLeave }) {
    this.stop();
    if (!invite) return;
    this.#due ??= Date.now() + inviteAfter * 1000;
    const show = () => {
      if (!this.isWelcome()) return;
      const take = h("button", { type: "button", class: "take", dir: "auto", onclick: onTake }, invite);
      place.append(take, h("button", { type: "button", "aria-label": leave, title: leave, onclick: onLeave }, icon(CLOSE)));
    };
    this.#timer = setTimeout(show, this.#due - Date.now());
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
