/** Where one writes. The field grows with what is written; Enter sends, Shift+Enter makes a new line. */

import { h, icon, isComposing } from "./dom.js";
import { SEND } from "./icons.js";

/**
 * @param {string} placeholder
 * @param {(name: string) => string} say
 * @param {{onSend: (text: string) => void, onType: () => void}} actions
 */
export function makeComposer(placeholder, say, { onSend, onType }) {
  const input = h("textarea", { rows: "1", placeholder, "aria-label": placeholder, enterkeyhint: "send" });
  const send = h("button", { type: "submit", "aria-label": say("send"), title: say("send") }, icon(SEND));
  const form = h("form", {}, h("div", { class: "field" }, input, send));
  send.disabled = true;
  const write = (text) => {
    input.value = text;
    grow();
  };
  const grow = () => {
    input.style.height = "auto";
    if (input.value && input.scrollHeight) input.style.height = `${input.scrollHeight}px`;
    send.disabled = !input.value.trim();
    // An empty field with "auto" is from left to right in WebKit, whatever is around it.
    input.dir = input.value ? "auto" : "";
  };
  input.addEventListener("input", () => {
    grow();
    if (input.value) onType();
  });
  input.addEventListener("keydown", (event) => {
    // While a word is being composed, as in Japanese, Enter belongs to the keyboard.
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!input.value.trim()) return;
    onSend(input.value);
    write("");
    input.focus();
  });
  return { form, input, write };
}
