/** The agent view: the board, the conversation that is open, and the stream that keeps both up to date. */

import { ask, follow } from "./api.js";
import { Board } from "./board.js";
import { Talk } from "./talk.js";

const find = (id) => document.getElementById(id);
const title = document.title;
let chosen = new URLSearchParams(location.search).get("conversation") ?? undefined;
let talk;
let stop = () => {};
let waiting;

function announce(words) {
  find("announcer").textContent = "";
  setTimeout(() => (find("announcer").textContent = words), 50);
}

const board = new Board(find("board"), (id) => choose(id, true));

function choose(id, byHand) {
  if (chosen === id && talk && byHand) return talk.focus();
  chosen = id;
  talk?.stop();
  document.body.classList.toggle("reading", id !== undefined);
  history.replaceState(null, "", id === undefined ? "agent" : `agent?conversation=${encodeURIComponent(id)}`);
  talk = id === undefined ? undefined : new Talk(find("talk"), { id, announce, onBack: leave, changed: () => {} });
  if (!talk) find("talk").replaceChildren(Object.assign(document.createElement("p"), { className: "nothing", textContent: "Choose a conversation to read it." }));
  board.mark(id);
  talk?.update(board.tickets.find((ticket) => ticket.id === id));
  listen();
  if (byHand) talk?.focus();
}

function leave() {
  const from = chosen;
  if (matchMedia("(max-width: 760px)").matches) choose(undefined);
  board.focus(from);
}

function listen() {
  stop();
  stop = follow(chosen, {
    board: showBoard,
    lines: (news) => news.conversation === chosen && talk?.hear(news),
    typing: (news) => news.conversation === chosen && talk?.showTyping(news.typing),
    gone: (news) => news.conversation === chosen && talk?.update(undefined),
    state: (online) => (find("link").textContent = online ? "" : "No connection. Trying again."),
  });
}

function showBoard(tickets) {
  board.show(tickets, chosen);
  find("nobody").hidden = tickets.length > 0;
  const count = tickets.filter((ticket) => ticket.state === "waiting").length;
  document.title = count ? `(${count}) ${title}` : title;
  if (waiting !== undefined && count > waiting) announce(count === 1 ? "A conversation waits." : `${count} conversations wait.`);
  waiting = count;
  talk?.update(tickets.find((ticket) => ticket.id === chosen));
}

setInterval(() => ask("stay"), Number(document.body.dataset.every) * 1000);
document.addEventListener("visibilitychange", () => document.hidden || ask("stay"));
choose(chosen);
