/** The little that a page does by itself; htmx does the rest. */

const text = document.getElementById("text");
const form = document.getElementById("edit");

/** What is typed and not saved outlives a login that ended, the back button and a reload: in this tab, nowhere else. */
function guardEdit() {
  const before = "unsaved" in form.dataset ? null : text.value;
  const draft = `draft ${form.getAttribute("action")}`;
  const saved = document.querySelector(".done:not(#kept)");
  let leaving = false;
  if (!saved) offerDraft(sessionStorage.getItem(draft));
  sessionStorage.removeItem(draft);
  const keep = () => { if (text.value !== before) sessionStorage.setItem(draft, text.value); };
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pagehide", keep);
  window.addEventListener("beforeunload", (event) => {
    if (leaving || text.value === before) return;
    event.preventDefault();
    event.returnValue = true; // for Safari and older Chrome
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      if (!text.readOnly) form.requestSubmit(form.querySelector("button.main"));
    }
  });
}

function offerDraft(draft) {
  if (draft === null || draft === text.value || text.readOnly) return;
  const kept = document.getElementById("kept");
  kept.hidden = false;
  kept.querySelector("button").addEventListener("click", () => {
    text.value = draft;
    text.dispatchEvent(new Event("input", {bubbles: true}));
    kept.hidden = true;
    text.focus();
  });
}

/** Put the cursor into a line of the file, which the form may hold only a part of. */
function goTo(line) {
  const rows = text.value.split("\n");
  const at = Math.min(Math.max(line - Number(text.dataset.line), 0), rows.length - 1);
  const start = rows.slice(0, at).join("\n").length + (at ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + rows[at].length);
  text.scrollTop = (at - 4) * parseFloat(getComputedStyle(text).lineHeight);
}

const HOVER_MS = 120;
const SENDING_MS = 5000;
let reading;

/** Say below the map what a spot is; in passing only when the pointer stays there. */
function readSpot(spot, wait) {
  clearTimeout(reading);
  reading = setTimeout(() => {
    map.querySelector(".read")?.classList.remove("read");
    spot.classList.add("read");
    const intent = spot.parentNode.dataset.intent;
    const query = new URLSearchParams({number: spot.id.slice(1), intent});
    htmx.ajax("GET", `${map.dataset.spots}?${query}`, {source: "#spot", target: "#spot", swap: "innerHTML"});
  }, wait);
}

function chooseIntent(map, name) {
  map.classList.toggle("some", name !== "");
  for (const group of map.querySelectorAll("g")) group.classList.toggle("on", group.dataset.intent === name);
}

if (form && text) guardEdit();

const map = document.getElementById("map");
if (map) {
  const choice = document.getElementById("map-intent");
  choice.addEventListener("change", () => chooseIntent(map, choice.value));
  chooseIntent(map, choice.value);
  for (const [kind, wait] of [["click", 0], ["mouseover", HOVER_MS]]) {
    map.addEventListener(kind, (event) => { if (event.target.matches("circle")) readSpot(event.target, wait); });
  }
  map.addEventListener("mouseleave", () => clearTimeout(reading));
}

/* A form goes out once, however often its button is pressed; one that a page shows again may go out again. */
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
  setTimeout(() => { delete event.target.dataset.sent; }, SENDING_MS);
});
window.addEventListener("pageshow", () => { for (const each of document.forms) delete each.dataset.sent; });
document.addEventListener("htmx:sendError", (event) => {
  const told = document.createElement("p");
  told.className = "error";
  told.textContent = "The bot cannot be reached now. What you typed is still here.";
  event.detail.target.replaceChildren(told);
});
document.addEventListener("change", (event) => { if ("submits" in event.target.dataset) event.target.form.requestSubmit(); });
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.goto) goTo(Number(button.dataset.goto));
  if (button.dataset.sure && !window.confirm(button.dataset.sure)) event.preventDefault();
});
