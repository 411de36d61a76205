/** The parts that are always there: the button that opens the chat, and the panel with its heading, log and field. */

import { followEnd } from "./scrolling.js";
import { STYLE } from "./style.js";
import { h, icon } from "./view.js";

const CHAT = "M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z";
const CLOSE = "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z";
const DOWN = "M12 15.5 5.5 9 7 7.5l5 5 5-5L18.5 9z";
const SEND = "M3 20.5v-6.6l9-1.9-9-1.9V3.5l19 8.5z";
const RESET = "M12 5V1L7 6l5 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z";
const SURE_SECONDS = 4;

/**
 * @param {ShadowRoot} root
 * @param {DOMStringMap} options
 * @param {{onLaunch: () => void, onClose: () => void, onReset: () => void, onSend: (text: string) => void}} actions
 */
export function frame(root, options, actions) {
  const title = options.title || "Chat";
  const badge = h("span", { class: "badge", hidden: true });
  const launch = { type: "button", class: "launcher", "aria-label": "Chat", "aria-expanded": "false" };
  const launcher = h("button", { ...launch, "aria-controls": "panel", onclick: actions.onLaunch });
  launcher.append(icon(CHAT), icon(DOWN), badge);
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": title, tabindex: "0" });
  const typing = h("div", { class: "typing", hidden: true }, h("span", { class: "unseen" }, "An answer is coming"));
  typing.append(h("i"), h("i"), h("i"));
  const status = h("div", { class: "status", role: "status" });
  const { form, input } = makeComposer(options.placeholder || "Write a message", actions.onSend);
  const close = h("button", { type: "button", "aria-label": "Close", title: "Close", onclick: actions.onClose });
  close.append(icon(CLOSE));
  const panel = h(
    "section",
    { class: "panel", id: "panel", role: "dialog", "aria-label": title, hidden: true },
    h("header", {}, h("h2", {}, title), makeReset(actions.onReset), close),
    log,
    typing,
    status,
    form,
  );
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) actions.onClose();
  });
  applyStyle(root);
  root.append(panel, launcher);
  return { panel, launcher, badge, log, typing, status, input, end: followEnd(log) };
}

/** The field grows with what is written. Enter sends, Shift+Enter makes a new line. */
function makeComposer(placeholder, onSend) {
  const input = h("textarea", { rows: "1", dir: "auto", placeholder, "aria-label": placeholder, enterkeyhint: "send" });
  const send = h("button", { type: "submit", "aria-label": "Send", title: "Send" }, icon(SEND));
  const form = h("form", {}, input, send);
  const grow = () => {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
    send.disabled = !input.value.trim();
  };
  input.addEventListener("input", grow);
  input.addEventListener("keydown", (event) => {
    // While a word is being composed, as in Japanese, Enter belongs to the keyboard.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onSend(input.value);
    input.value = "";
    grow();
    input.focus();
  });
  send.disabled = true;
  return { form, input };
}

/** Starting over loses the history, so it is asked for twice. */
function makeReset(onReset) {
  const label = "Start over";
  const button = h("button", { type: "button", "aria-label": label, title: label }, icon(RESET));
  let timer;
  const calm = () => {
    clearTimeout(timer);
    button.classList.remove("sure");
    button.replaceChildren(icon(RESET));
    button.setAttribute("aria-label", label);
  };
  button.addEventListener("click", () => {
    if (button.classList.contains("sure")) {
      calm();
      onReset();
      return;
    }
    button.classList.add("sure");
    button.replaceChildren("Start over?");
    button.setAttribute("aria-label", "Start over? Press again to delete this conversation here");
    timer = setTimeout(calm, SURE_SECONDS * 1000);
  });
  return button;
}

/** A constructed style sheet, since a page's content security policy may forbid style elements. */
function applyStyle(root) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
}
