/**
 * What the bot says, as Markdown. marked reads it, DOMPurify lets through what is named here and nothing else; HTML in
 * a message is shown as the text that it is.
 */

import { Marked } from "../vendor/marked.esm.js";
import DOMPurify from "../vendor/purify.min.js";
import { h, leaving, linkify, safeImage, safeUrl } from "./dom.js";

const LONGEST = 20_000; // characters; what is longer is shown as it is

const ALLOWED = {
  ALLOWED_TAGS: [
    ...["p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img"],
    ...["table", "thead", "tbody", "tr", "th", "td"],
  ],
  ALLOWED_ATTR: ["href", "src", "alt", "title", "start", "align"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

const escape = (text) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

const parser = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escape(text),
    // The outline of the page is its own: a heading in a bubble is a line in bold.
    heading({ tokens }) {
      return `<p><strong>${this.parser.parseInline(tokens)}</strong></p>\n`;
    },
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  },
});

/**
 * @param {string} text
 * @param {string} imageName   for pictures that come without a description
 * @returns {(Node|string)[]}
 */
export function readMarkdown(text, imageName) {
  if (text.length > LONGEST) return linkify(text);
  try {
    const clean = DOMPurify.sanitize(parser.parse(text), ALLOWED);
    clean.querySelectorAll("a").forEach(mendLink);
    clean.querySelectorAll("img").forEach((image) => mendImage(image, imageName));
    clean.querySelectorAll("table, pre").forEach(letScroll);
    dropSpace(clean);
    return [clean];
  } catch {
    return linkify(text); // as on a page whose trusted-types policy lets no HTML be parsed at all
  }
}

function mendLink(link) {
  const href = safeUrl(link.getAttribute("href") ?? "");
  if (!href) {
    link.replaceWith(...link.childNodes);
    return;
  }
  for (const [name, value] of Object.entries(leaving(href))) link.setAttribute(name, value);
}

function mendImage(image, name) {
  const src = safeImage(image.getAttribute("src") ?? "");
  const alt = image.getAttribute("alt") || name;
  if (!src) return image.replaceWith(alt);
  const shown = h("img", { src, alt, loading: "lazy", referrerpolicy: "no-referrer" });
  const isPlain = () => src.startsWith("data:") || shown.closest("a"); // nothing to go to, or gone to already
  shown.addEventListener("error", () => shown.replaceWith(isPlain() ? alt : h("a", leaving(src), alt)));
  image.replaceWith(shown);
}

/** What may be wider than a bubble scrolls by itself, by keyboard too. */
function letScroll(wide) {
  const frame = h("div", { class: "wide", tabindex: "0" });
  wide.replaceWith(frame);
  frame.append(wide);
}

/** Line ends between blocks would be seen where white space is kept. */
function dropSpace(fragment) {
  for (const node of [...fragment.childNodes]) {
    if (node.nodeType === Node.TEXT_NODE && !node.data.trim()) node.remove();
  }
}
