/** What the bot and agents say, as the visitor sees it: the widget's own Markdown. Pictures are links, as all are here. */

import { readMarkdown } from "../../agent/markdown.js";
import { h } from "./dom.js";

/** @returns {HTMLElement} of class `bubble` */
export function showWords(text) {
  const nodes = readMarkdown(text, "image");
  // Before they come into this document, whose policy would have something to say about them.
  const images = nodes.flatMap((node) => [...(node.querySelectorAll?.("img") ?? [])]);
  for (const image of images) image.replaceWith(image.closest("a") ? image.alt : showAddress(image.src, image.alt));
  return h("div", { class: "bubble", dir: "auto" }, ...nodes);
}

/** What is left of it in one line. */
export function plainWords(text) {
  return showWords(text).textContent.replace(/\s+/g, " ").trim();
}

export function showAddress(address, words = address) {
  if (!/^https?:\/\//.test(address)) return words.slice(0, 60);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
}
