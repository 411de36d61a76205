/**
 * Ripen's chat widget: one script tag puts a bot on any page.
 *
 *   <script src="https://bot.example/widget.js" data-title="Help" defer></script>
 *
 * The server puts these modules and what they carry together into that one file (widget_file.py). Options are data-
 * attributes, on the script tag or on a <ripen-chat> element that the page places itself: docs/widget.md.
 */

import { RipenChat } from "./element.js";

const script = document.currentScript ?? [...document.scripts].find((one) => /\/widget\.js(\?|$)/.test(one.src));

function place() {
  RipenChat.server ??= new URL(script?.dataset.server || ".", script?.src || document.baseURI).href;
  if (!customElements.get("ripen-chat")) customElements.define("ripen-chat", RipenChat);
  if (document.querySelector("ripen-chat")) return;
  const chat = document.createElement("ripen-chat");
  if (script) Object.assign(chat.dataset, script.dataset);
  delete chat.dataset.server; // it is the element's own by now, and relative to the script
  document.body.append(chat);
}

if (document.body) place();
else document.addEventListener("DOMContentLoaded", place, { once: true });
