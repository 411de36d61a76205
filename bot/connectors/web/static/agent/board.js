/** The list of conversations: who waits, what is yours, and what colleagues have. */

import { h, since } from "./dom.js";
import { drawTrend } from "./trend.js";
import { plainWords } from "./words.js";

const GROUPS = [
  ["mine", "Yours"],
  ["waiting", "Waiting"],
  ["taken", "With colleagues"],
];

export class Board {
  #items = new Map(); // id -> {node, seen}

  /** @param {HTMLElement} place   @param {(id: string) => void} onChoose */
  constructor(place, onChoose) {
    Object.assign(this, { place, onChoose, tickets: [] });
    this.groups = GROUPS.map(([state, title]) => {
      const list = h("ul", { "aria-label": title });
      const group = h("div", { class: `group ${state}`, hidden: true }, h("h3", {}, title), list);
      place.append(group);
      return { state, group, list };
    });
    place.addEventListener("keydown", (event) => this.#move(event));
    setInterval(() => this.#tick(), 10_000);
  }

  /** Nodes that stay are not touched, so that the focus stays where it is. */
  show(tickets, chosen) {
    this.tickets = tickets;
    for (const { state, group, list } of this.groups) {
      const own = tickets.filter((ticket) => ticket.state === state);
      group.hidden = !own.length;
      own.forEach((ticket, index) => {
        const item = this.#item(ticket);
        if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
      });
      while (list.children.length > own.length) list.lastElementChild.remove();
    }
    for (const id of [...this.#items.keys()]) {
      if (!tickets.some((ticket) => ticket.id === id)) this.#items.delete(id);
    }
    this.mark(chosen);
  }

  mark(chosen) {
    for (const [id, { node }] of this.#items) {
      node.firstChild.setAttribute("aria-current", String(id === chosen));
    }
  }

  focus(id) {
    (this.#items.get(id)?.node ?? this.place).querySelector("button")?.focus();
  }

  #item(ticket) {
    const seen = JSON.stringify(ticket);
    const known = this.#items.get(ticket.id);
    if (known?.seen === seen) return known.node;
    const node = known?.node ?? h("li", {}, h("button", { type: "button", onclick: () => this.onChoose(ticket.id) }));
    node.firstChild.replaceChildren(...describe(ticket));
    this.#items.set(ticket.id, { node, seen });
    return node;
  }

  #tick() {
    for (const time of this.place.querySelectorAll("time")) time.textContent = since(Number(time.dataset.at));
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const buttons = [...this.place.querySelectorAll(".group:not([hidden]) button")];
    const next = buttons[buttons.indexOf(document.activeElement) + step];
    if (next) {
      next.focus();
      event.preventDefault();
    }
  }
}

function says({ voice, text }) {
  return voice === "user" ? text : plainWords(text);
}

function describe(ticket) {
  const who = { user: "", bot: "Bot: ", person: `${ticket.last?.name}: ` }[ticket.last?.voice] ?? "";
  const time = h("time", { "data-at": ticket.askedAt, title: "since a person was asked for" }, since(ticket.askedAt));
  const wait = h("span", { class: "wait" }, ticket.state === "waiting" ? "waits " : "", time);
  return [
    h("span", { class: "top" }, h("span", { class: "visitor", dir: "auto" }, ticket.visitor), wait),
    h("span", { class: "said", dir: "auto" }, ticket.last ? who + says(ticket.last) : ""),
    h("span", { class: "bottom" }, drawTrend(ticket.trend), ticket.agent ? h("span", { class: "agent", dir: "auto" }, ticket.agent) : ""),
  ];
}
