/** The little that a page does by itself; htmx does the rest. */

const text = document.getElementById("text");
const form = document.getElementById("edit");

function guardEdit() {
  const before = text.value;
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
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

/** Put the cursor into a line of the file, which the form may hold only a part of. */
function goTo(line) {
  const rows = text.value.split("\n");
  const at = Math.min(Math.max(line - Number(text.dataset.line), 0), rows.length - 1);
  const start = rows.slice(0, at).join("\n").length + (at ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + rows[at].length);
  text.scrollTop = (at - 4) * parseFloat(getComputedStyle(text).lineHeight);
}

function filterRows(field) {
  const wanted = field.value.trim().toLowerCase();
  for (const row of document.querySelectorAll(`${field.dataset.filters} tbody tr`)) {
    row.hidden = !row.dataset.text.toLowerCase().includes(wanted);
  }
}

function readSpot(map, spot) {
  map.querySelector(".read")?.classList.remove("read");
  spot.classList.add("read");
  const told = document.getElementById("spot");
  const link = document.createElement("a");
  link.href = `edit?intent=${encodeURIComponent(spot.dataset.intent)}`;
  link.textContent = spot.dataset.intent;
  told.replaceChildren(`“${spot.dataset.text}” of `, link, `, ${spot.dataset.where}`);
}

function chooseIntent(map, name) {
  map.classList.toggle("some", name !== "");
  for (const spot of map.querySelectorAll("circle")) spot.classList.toggle("on", spot.dataset.intent === name);
}

if (form && text) guardEdit();

const map = document.getElementById("map");
if (map) {
  const choice = document.getElementById("map-intent");
  choice.addEventListener("change", () => chooseIntent(map, choice.value));
  chooseIntent(map, choice.value);
  for (const kind of ["click", "mouseover"]) {
    map.addEventListener(kind, (event) => { if (event.target.dataset?.text) readSpot(map, event.target); });
  }
}

document.addEventListener("input", (event) => { if (event.target.dataset.filters) filterRows(event.target); });
document.addEventListener("change", (event) => { if ("submits" in event.target.dataset) event.target.form.requestSubmit(); });
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.goto) goTo(Number(button.dataset.goto));
  if (button.dataset.sure && !window.confirm(button.dataset.sure)) event.preventDefault();
});
