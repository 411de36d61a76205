/** The inbox by single keys, those of `ripen review` where they mean the same. What acts on a group does so only while
 * that group has the focus; none does while one types, nor once they are turned off (WCAG 2.1.4). */

const bar = document.getElementById("keys");
const choice = document.getElementById("keys-on");
const said = document.getElementById("keys-said");
const OFF = "console without keys";
const TYPED = "input:not([type=checkbox]), textarea, select";
const BY_SENTENCE = {j: 1, ArrowDown: 1, k: -1, ArrowUp: -1};
const BY_GROUP = {s: 1, ArrowRight: 1, b: -1, ArrowLeft: -1};
const ACTS = {
  d: (group) => send(group.querySelector(".danger")),
  n: (group) => {
    group.querySelector("details").open = true;
    enter(group.querySelector('[name="name"]'));
  },
  i: (group) => enter(group.querySelector('[name="other"]')),
  m: (group) => group.querySelector(".all")?.click(),
  o: (group, row) => {
    if (row) row.querySelector('[name="number"]').click();
    else say("Go to a sentence first, by j or k.");
  },
  Enter: (group) => choose(group, 1),
};

let asked = bar;  // whence all keys were asked for

const say = (text) => { said.textContent = text; };

function enter(field) {
  field.focus();
  field.select();
}

/** Press a button for the reader, unless what was sent before is still under way. */
function send(button) {
  if (button && !document.querySelector("form[data-sent]")) button.click();
}

/** Or hide them, and go on from where they were asked for. */
function showKeys() {
  bar.open = !bar.open;
  if (bar.open) asked = document.activeElement;
  (bar.open ? bar.querySelector("summary") : asked).focus();
}

function undo() {
  const button = document.querySelector("#done button");
  if (button) send(button);
  else say("There is nothing to take back.");
}

function choose(group, number) {
  const guesses = group.querySelectorAll('button[name="intent"]');
  if (number <= guesses.length) send(guesses[number - 1]);
  else say(`The bot has no guess ${number} for this group.`);
}

/** Where the focus is: a sentence, by the tick before it, or else its group. */
function findStop(here) {
  return here.closest("tr")?.querySelector('[name="number"]') ?? here.closest(".group");
}

function turnPage(by) {
  const link = document.querySelector(by > 0 ? "a[rel=next]" : "a[rel=prev]");
  if (!link) return say(by > 0 ? "This is the last group." : "This is the first group.");
  const page = new URL(link.href);
  page.searchParams.set("at", by > 0 ? "0" : "999");  // the server takes the nearest
  location.assign(page);
}

function move(key) {
  const bySentence = key in BY_SENTENCE;
  const by = bySentence ? BY_SENTENCE[key] : BY_GROUP[key];
  const stops = [...document.querySelectorAll(bySentence ? '.group, .group [name="number"]' : ".group")].filter((stop) => stop.checkVisibility());
  const here = document.activeElement;
  const at = stops.indexOf(bySentence ? findStop(here) : here.closest(".group"));
  const next = stops[at < 0 ? 0 : at + by];
  if (next) next.focus();
  else if (stops.length) turnPage(by);
}

/** What a key does here, if anything. */
function find(event) {
  const {key, target, repeat} = event;
  const group = target.closest(".group");
  if (key in BY_SENTENCE || key in BY_GROUP) return group || key.length === 1 ? () => move(key) : null;
  if (repeat) return null;
  if (key === "/") return () => enter(document.getElementById("filter"));
  if (key === "?") return showKeys;
  if (key === "r") return () => location.reload();
  if (key === "u") return undo;
  if (("readOnly" in bar.dataset && key !== "m") || (key === "Enter" && !target.matches(".group, [type=checkbox]"))) return null;
  const act = /^[1-9]$/.test(key) ? () => choose(group, Number(key)) : ACTS[key];
  if (!act) return null;
  return group ? () => act(group, target.closest("tr")) : () => say("Go to a group first, by j or s.");
}

document.addEventListener("keydown", (event) => {
  const {key, target} = event;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (key === "Escape") target.closest(".group")?.focus();
  if (target.matches(TYPED) || !choice.checked) return;
  const act = find(event);
  if (!act) return;
  event.preventDefault();
  say("");
  act();
});

/* Enter in a field presses the button beside it, once what stands there is whole. */
document.addEventListener("keydown", (event) => {
  const place = event.key === "Enter" && event.target.matches(".group input:not([type=checkbox])") && event.target.closest(".fields, .pick");
  if (!place || event.isComposing) return;
  event.preventDefault();
  const list = event.target.list;
  const whole = !list || [...list.options].some((option) => option.value === event.target.value.trim());
  if (whole) send(place.querySelector("button"));
  else say("There is no such intent: choose one of the list.");
});

function turn() {
  document.body.classList.toggle("keyed", choice.checked);
  if (choice.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

bar.hidden = false;
if (document.activeElement === document.body) document.querySelector("main [autofocus]")?.focus();  // for older browsers
choice.checked = localStorage.getItem(OFF) === null;
choice.addEventListener("change", turn);
turn();
