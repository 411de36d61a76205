/** DOM from data. Text only ever becomes text nodes, and addresses are checked. */

const LINK = /\b(?:https?:\/\/|mailto:|tel:)[^\s<>"']+/gi;
const LINK_SCHEMES = ["http:", "https:", "mailto:", "tel:"];

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

/** Whether a key belongs to a word that is being composed. Safari says so by the code 229 only, once the word is done. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** `address` in full if it is of one of `schemes`, otherwise undefined. Without a `base` it must be absolute. */
export function safeUrl(address, schemes = LINK_SCHEMES, base = undefined) {
  try {
    const url = new URL(address, base);
    return schemes.includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** What a picture may be shown from: the web, or an embedded image. */
export function safeImage(address, base = undefined) {
  const src = safeUrl(address, ["http:", "https:", "data:"], base);
  return src?.startsWith("data:") && !src.startsWith("data:image/") ? undefined : src;
}

/** The attributes of a link that leaves the page, and tells nobody where from. */
export function leaving(href) {
  return { href, target: "_blank", rel: "noopener noreferrer nofollow" };
}

/** Text as nodes, its web, mail and telephone addresses as links. */
export function linkify(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(/[.,;:!?)\]}]+$/, "");
    const href = safeUrl(address);
    if (!href) continue;
    nodes.push(text.slice(end, match.index));
    nodes.push(h("a", leaving(href), address));
    end = match.index + address.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}
