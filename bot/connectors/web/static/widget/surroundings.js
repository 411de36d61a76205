/** What the page around the chat has to do with it: a key, a click, a tab that comes into sight, a phone's keyboard. */

import { isShortcut } from "./options.js";

/**
 * @param {object} asked
 * @param {() => object|undefined} asked.shortcut   the key that opens and closes the chat
 * @param {() => void} asked.onShortcut
 * @param {(said: string|undefined) => void} asked.onTrigger   something on the page opens the chat, and may say something
 * @param {() => void} asked.onSight   the tab was hidden or shown
 * @param {() => void} asked.onRoom    there is more or less room than before
 * @returns {() => void} stops listening
 */
export function watchSurroundings({ shortcut, onShortcut, onTrigger, onSight, onRoom }) {
  const over = new AbortController();
  const on = (target, name, listener) => target?.addEventListener(name, listener, { signal: over.signal });
  on(document, "keydown", (event) => {
    if (!isShortcut(event, shortcut())) return;
    event.preventDefault();
    onShortcut();
  });
  // Anything on the page may open the chat: <button data-ripen-open>, <a href="/help" data-ripen-say="Hello">.
  on(document, "click", (event) => {
    const trigger = event.target.closest?.("[data-ripen-open], [data-ripen-say]");
    if (!trigger) return;
    event.preventDefault();
    onTrigger(trigger.dataset.ripenSay);
  });
  on(document, "visibilitychange", onSight);
  on(window, "resize", onRoom);
  on(window.visualViewport, "resize", onRoom);
  on(window.visualViewport, "scroll", onRoom);
  return () => over.abort();
}

/** Whether the chat covers the page when it is open. */
export function isNarrow() {
  return matchMedia("(max-width: 480px)").matches;
}

/**
 * Say whether the chat covers the page, and tell the styles what is left of the window: a phone's keyboard covers its
 * lower part and makes no window smaller, so that the field would lie below it or the heading above the screen. Who has
 * zoomed in by pinching scrolls by himself.
 * @param {HTMLElement} panel
 */
export function fitRoom(panel) {
  if (panel.matches("[role=dialog]")) panel.setAttribute("aria-modal", String(isNarrow()));
  const { height, offsetTop, scale } = window.visualViewport ?? {};
  const isWhole = !height || scale > 1.01;
  panel.style.setProperty("--seen", isWhole ? "100dvh" : `${height}px`);
  panel.style.setProperty("--above", isWhole ? "0px" : `${offsetTop}px`);
}
