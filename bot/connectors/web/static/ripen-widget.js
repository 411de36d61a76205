/**
 * Ripen's chat widget: one script tag puts a bot on any page.
 *
 *   <script src="https://bot.example/widget.js" data-title="Help" defer></script>
 *
 * Options are data- attributes, on this tag or on a <ripen-chat> element that the page places itself:
 *   data-server       where the bot is; the folder of this script otherwise
 *   data-title        what the chat is called
 *   data-greeting     what is shown first, before anything is sent
 *   data-placeholder  what the empty text field says
 *   data-open         be open from the start (on wide screens, until the user closes it)
 *   data-side         "left" or "right" (the default)
 *   data-theme        "light" or "dark"; what the user's system prefers otherwise
 *   data-metadata     JSON that goes with every message, as the page's language or the cart's number
 */
(() => {
  "use strict";
  const script = document.currentScript;
  const server = new URL(script.dataset.server || ".", script.src).href;
  const ready = new Promise((resolve) => {
    if (document.body) resolve();
    else document.addEventListener("DOMContentLoaded", resolve, { once: true });
  });
  const code = import(new URL("static/widget/element.js", server).href);

  Promise.all([code, ready]).then(([{ RipenChat }]) => {
    for (const placed of document.querySelectorAll("ripen-chat")) placed.dataset.server ||= server;
    if (!customElements.get("ripen-chat")) customElements.define("ripen-chat", RipenChat);
    if (document.querySelector("ripen-chat")) return;
    const chat = document.createElement("ripen-chat");
    Object.assign(chat.dataset, script.dataset, { server });
    document.body.append(chat);
  }).catch((error) => console.error(`ripen: the chat could not be loaded from ${server}`, error));
})();
