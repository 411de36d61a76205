/** What was said as DOM. Text from the bot only ever becomes text nodes, and addresses are checked. */

const LINK = /\b(?:https?:\/\/|mailto:|tel:)[^\s<>"']+/gi;
const LINK_SCHEMES = ["http:", "https:", "mailto:", "tel:"];
const IMAGE_SCHEMES = ["http:", "https:", "data:"];

/**
 * An element with attributes, event listeners (`onclick` and so on) and children.
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node|string)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** An icon of one path, drawn in the colour of the text. */
export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
  shape.setAttribute("d", path);
  return svg;
}

/** `address` if it is absolute and of one of `schemes`, otherwise undefined. */
export function safeUrl(address, schemes) {
  try {
    const url = new URL(address);
    return schemes.includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** Text as nodes, its web, mail and telephone addresses as links. */
export function linkify(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(/[.,;:!?)\]}]+$/, "");
    const href = safeUrl(address, LINK_SCHEMES);
    if (!href) continue;
    nodes.push(text.slice(end, match.index));
    nodes.push(h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    end = match.index + address.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

/**
 * One entry of the conversation.
 * @param {import("./history.js").Entry} entry
 * @param {{onPress: (button: {title: string, payload: string}) => void, onRetry: () => void}} actions
 */
export function showEntry(entry, { onPress, onRetry }) {
  const who = entry.from === "user" ? "You said:" : "Reply:";
  const item = h("div", { class: `entry ${entry.from} ${entry.state ?? ""}` }, h("span", { class: "unseen" }, who));
  if (entry.text) item.append(h("div", { class: "bubble", dir: "auto" }, ...linkify(entry.text)));
  if (entry.image) item.append(showImage(entry.image));
  if (entry.buttons?.length) item.append(showButtons(entry, onPress));
  item.append(showFoot(entry, onRetry));
  return item;
}

function showImage(address) {
  const src = safeUrl(address, IMAGE_SCHEMES);
  const embedded = src?.startsWith("data:");
  if (!src || (embedded && !src.startsWith("data:image/"))) {
    return h("div", { class: "bubble" }, "(an image that cannot be shown here)");
  }
  const image = h("img", { src, alt: "Image in the answer", loading: "lazy", referrerpolicy: "no-referrer" });
  if (embedded) return h("div", { class: "image" }, image); // nothing that one could go to
  return h("a", { class: "image", href: src, target: "_blank", rel: "noopener noreferrer nofollow" }, image);
}

function showButtons(entry, onPress) {
  const group = h("div", { class: "choices", role: "group", "aria-label": "Choices" });
  for (const button of entry.buttons) {
    const chosen = entry.chosen === button.title;
    const attributes = { type: "button", dir: "auto", disabled: entry.chosen !== undefined, "aria-pressed": chosen && "true" };
    group.append(h("button", { ...attributes, onclick: () => onPress(button) }, button.title));
  }
  return group;
}

function showFoot(entry, onRetry) {
  const foot = { class: "foot", "aria-live": "off" };
  if (entry.state === "waiting") return h("div", foot, "Waiting to be sent");
  if (entry.state === "failed") {
    const retry = h("button", { type: "button", class: "retry", onclick: onRetry }, "Try again");
    return h("div", { class: "foot" }, `Not sent. ${entry.reason ?? ""} `, retry);
  }
  if (!entry.at) return ""; // the greeting was never said at any time
  const at = new Date(entry.at);
  return h("div", foot, h("time", { datetime: at.toISOString() }, showTime(at)));
}

function showTime(at) {
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(undefined, { ...day, hour: "2-digit", minute: "2-digit" }).format(at);
}

/**
 * A message from the server, in Socket.IO's or REST's form, as the fields of an entry; undefined if it is of a kind
 * that is not shown here.
 */
export function readPayload(payload) {
  const text = typeof payload.text === "string" ? payload.text : undefined;
  const offered = Array.isArray(payload.quick_replies) ? payload.quick_replies : payload.buttons;
  const buttons = (Array.isArray(offered) ? offered : [])
    .filter((one) => typeof one?.title === "string")
    .map(({ title, payload: sent }) => ({ title, payload: typeof sent === "string" ? sent : title }));
  const attached = payload.attachment?.type === "image" ? payload.attachment.payload?.src : undefined;
  const image = [payload.image, attached].find((one) => typeof one === "string");
  if (!text && !image && !buttons.length) return undefined;
  return { text, image, buttons: buttons.length ? buttons : undefined };
}
