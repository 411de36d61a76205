/** One entry of the conversation as DOM. */

import { h, icon, leaving, linkify, safeImage } from "./dom.js";
import { UP } from "./icons.js";
import { readMarkdown } from "./markdown.js";

/**
 * @typedef {object} View
 * @property {(name: string, values?: object) => string} say
 * @property {string} lang
 * @property {boolean} feedback
 * @property {(entry: object, button: {title: string, payload: string}) => void} onPress
 * @property {(entry: object) => void} onRetry
 * @property {(entry: object, value: "up"|"down"|null) => void} onRate
 */

/**
 * @param {import("./history.js").Entry} entry
 * @param {View} view
 */
export function showEntry(entry, view) {
  if (entry.from === "note") return h("div", { class: "note" }, view.say(entry.text));
  if (entry.notice) return h("div", { class: "note notice", dir: "auto" }, entry.text);
  const item = h("div", { class: `entry ${entry.from}${entry.by ? " human" : ""}` });
  if (entry.by) item.append(h("div", { class: "by", part: "by", dir: "auto" }, entry.by));
  else item.append(h("span", { class: "unseen" }, view.say(entry.from === "user" ? "userSaid" : "botSaid")));
  if (entry.text) {
    const said = entry.from === "user" ? linkify(entry.text) : readMarkdown(entry.text, view.say("image"));
    item.append(h("div", { class: "bubble", part: `bubble ${entry.from}`, dir: "auto" }, ...said));
  }
  if (entry.image) item.append(showImage(entry.image, view));
  if (entry.buttons?.length) item.append(h("div", { class: "choices" }));
  item.append(h("div", { class: "foot" }));
  updateEntry(item, entry, view);
  return item;
}

/** Only what can change, so that a screen reader does not read the whole message again. */
export function updateEntry(item, entry, view) {
  if (entry.from === "note" || entry.notice) return;
  item.classList.remove("waiting", "sent", "failed");
  if (entry.state) item.classList.add(entry.state);
  item.classList.toggle("held", entry.held === true && entry.state === "waiting");
  const choices = item.querySelector(".choices");
  if (choices) choices.replaceWith(showButtons(entry, view));
  const foot = item.querySelector(".foot");
  const thumb = foot.querySelector(".thumb");
  if (thumb) markThumbs(foot, entry);
  else foot.replaceWith(showFoot(entry, view));
}

function showImage(address, { say }) {
  const src = safeImage(address);
  const broken = () => h("div", { class: "bubble" }, say("imageBroken"));
  if (!src) return broken();
  const image = h("img", { src, alt: say("image"), loading: "lazy", referrerpolicy: "no-referrer" });
  const embedded = src.startsWith("data:"); // nothing that one could go to
  const shown = embedded ? h("div", { class: "image" }, image) : h("a", { class: "image", ...leaving(src) }, image);
  image.addEventListener("error", () => {
    if (embedded) shown.replaceWith(broken());
    else shown.replaceWith(h("div", { class: "bubble", dir: "auto" }, h("a", leaving(src), src)));
  });
  return shown;
}

function showButtons(entry, { say, onPress }) {
  const group = h("div", { class: "choices", role: "group", "aria-label": say("choices") });
  for (const button of entry.buttons) {
    const chosen = entry.chosen === button.title;
    const state = { disabled: entry.chosen !== undefined, "aria-pressed": chosen && "true" };
    group.append(h("button", { type: "button", dir: "auto", ...state, onclick: () => onPress(entry, button) }, button.title));
  }
  return group;
}

function showFoot(entry, view) {
  const quiet = { class: "foot", "aria-live": "off" };
  if (entry.state === "waiting") return h("div", quiet, view.say("waiting"));
  if (entry.state === "failed") return showFailure(entry, view);
  if (!entry.at) return h("div", quiet); // the greeting was never said at any time
  const at = new Date(entry.at);
  const foot = h("div", quiet, h("time", { datetime: at.toISOString() }, showTime(at, view.lang)));
  if (entry.rateable && view.feedback) {
    foot.append(makeThumb("up", entry, view), makeThumb("down", entry, view));
    markThumbs(foot, entry);
  }
  return foot;
}

function showFailure(entry, { say, onRetry }) {
  const why = entry.reason ?? (entry.why ? say(entry.why) : "");
  const retry = h("button", { type: "button", class: "retry", onclick: () => onRetry(entry) }, say("retry"));
  return h("div", { class: "foot" }, `${say("failed")} ${why} `, retry);
}

function makeThumb(value, entry, { say, onRate }) {
  const label = say(value === "up" ? "helpful" : "unhelpful");
  const attributes = { type: "button", class: "thumb", "data-value": value, "aria-label": label, title: label };
  const onclick = () => onRate(entry, entry.rating === value ? null : value);
  return h("button", { ...attributes, onclick }, icon(UP));
}

function markThumbs(foot, entry) {
  foot.classList.toggle("rated", Boolean(entry.rating));
  for (const thumb of foot.querySelectorAll(".thumb")) {
    thumb.setAttribute("aria-pressed", String(thumb.dataset.value === entry.rating));
  }
}

function showTime(at, lang) {
  return new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" }).format(at);
}
