/** The parts that are always there: the button that opens the chat, and the panel with its heading, log and field. */

import { makeComposer } from "./composer.js";
import { h, icon, isComposing, safeImage } from "./dom.js";
import { CHAT, CLOSE, DOWN, PERSON, RESET } from "./icons.js";
import { followEnd } from "./scrolling.js";
import { isNarrow } from "./surroundings.js";

const SURE_SECONDS = 4;

/**
 * @param {ReturnType<typeof import("./options.js").readOptions>} options
 * @param {ReturnType<typeof import("./texts.js").chooseTexts>} texts
 * @param {object} actions   onLaunch, onClose, onReset, onPerson, onType: () => void; onSend: (text: string) => void;
 *   onSuggestion: (choice: import("./options.js").Choice) => void
 */
export function frame(options, texts, actions) {
  const { say } = texts;
  const title = options.title || say("chat");
  const badge = h("span", { class: "badge", hidden: true, "aria-hidden": "true" });
  const launcher = makeLauncher(options, say("chat"), actions.onLaunch);
  launcher.append(badge);
  const log = h("div", { class: "log", part: "log", role: "log", "aria-live": "polite", "aria-label": title, tabindex: "0" });
  const newest = h("button", { type: "button", class: "newest", "aria-label": say("newest"), hidden: true }, icon(DOWN));
  const end = followEnd(log, (pinned) => (newest.hidden = pinned));
  newest.addEventListener("click", () => {
    log.focus();
    end.jump();
  });
  const status = h("div", { class: "status", role: "status" });
  const suggestions = h("div", { class: "suggestions", role: "group", "aria-label": say("suggestions"), hidden: true });
  for (const choice of options.suggestions) {
    const onclick = () => actions.onSuggestion(choice);
    suggestions.append(h("button", { type: "button", dir: "auto", onclick }, choice.title));
  }
  const { form, input, write } = makeComposer(options.placeholder || say("field"), say, actions);
  const role = options.inline ? "region" : "dialog";
  const panel = h(
    "section",
    // Whatever in it is clicked, the focus stays in it, and Escape closes it: Safari gives buttons none.
    { class: "panel", part: "panel", id: "panel", role, "aria-labelledby": "title", tabindex: "-1", hidden: true },
    makeHeader(options, title, say, actions),
    h("div", { class: "middle" }, log, newest),
    status,
    suggestions,
    form,
  );
  if (options.person !== undefined) panel.append(makeFooter(say, actions.onPerson));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !isComposing(event)) actions.onClose();
    // Shift+Tab is of an "Unidentified" key in WebKitGTK.
    const isTab = event.key === "Tab" || event.code === "Tab";
    if (isTab && isNarrow() && !options.inline) keepInside(event, panel);
  });
  const invitation = h("div", { class: "invitation", part: "invitation", role: "status" });
  const announcer = h("div", { class: "unseen", role: "status" });
  const around = h("div", { class: "around", lang: texts.lang, dir: texts.dir }, panel, invitation, launcher, announcer);
  // Where one types; but a touch screen's keyboard is not called up unasked.
  const focus = () => (matchMedia("(pointer: coarse)").matches ? log : input).focus();
  return { around, focus, panel, launcher, invitation, badge, log, status, suggestions, input, write, announcer, end };
}

/** How many messages nobody has seen, on the button that opens the chat and in its name. */
export function showCount({ badge, launcher }, count, say) {
  badge.textContent = count > 99 ? "99+" : String(count);
  badge.hidden = !count;
  launcher.setAttribute("aria-label", count ? say("unread", { count }) : say("chat"));
}

function makeLauncher(options, label, onclick) {
  const names = { "aria-label": label, "aria-expanded": "false", "aria-controls": "panel", "aria-haspopup": "dialog" };
  const keys = options.shortcut?.with.map((key) => key[0].toUpperCase() + key.slice(1).replace("trl", "ontrol"));
  const shortcut = keys && [...keys, options.shortcut.key.toUpperCase()].join("+");
  const attributes = { type: "button", class: "launcher", part: "launcher", ...names, "aria-keyshortcuts": shortcut };
  return h("button", { ...attributes, onclick }, icon(CHAT), icon(DOWN));
}

function makeHeader(options, title, say, actions) {
  const picture = options.avatar && safeImage(options.avatar, document.baseURI);
  const avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  avatar.append(picture ? h("img", { src: picture, alt: "", referrerpolicy: "no-referrer" }) : icon(CHAT));
  const names = h("div", { class: "names" }, h("h2", { id: "title", dir: "auto" }, title));
  if (options.subtitle) names.append(h("p", { dir: "auto" }, options.subtitle));
  const label = say("close");
  const named = { class: "close", "aria-label": label, title: label, onclick: actions.onClose };
  const close = h("button", { type: "button", ...named }, icon(CLOSE));
  return h("div", { class: "head", part: "header" }, avatar, names, makeReset(say, actions.onReset), close);
}

function makeFooter(say, onclick) {
  const person = h("button", { type: "button", class: "person", onclick }, icon(PERSON), say("person"));
  return h("div", { class: "below" }, person);
}

/** Starting over loses the history, so it is asked for twice. */
function makeReset(say, onReset) {
  const label = say("startOver");
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
    button.replaceChildren(say("sure"));
    button.setAttribute("aria-label", say("sureHint"));
    timer = setTimeout(calm, SURE_SECONDS * 1000);
  });
  return button;
}

/** Where the chat covers the page, Tab must not lead to what cannot be seen. */
function keepInside(event, panel) {
  const reachable = [...panel.querySelectorAll("button, textarea, a[href], [tabindex]")].filter(
    (one) => !one.disabled && one.getClientRects().length,
  );
  const [from, to] = event.shiftKey ? [reachable[0], reachable.at(-1)] : [reachable.at(-1), reachable[0]];
  const at = panel.getRootNode().activeElement;
  if (at !== from && !(event.shiftKey && at === panel)) return;
  event.preventDefault();
  to.focus();
}
