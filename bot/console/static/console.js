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

const SENDING_MS = 5000;

if (form && text) guardEdit();

/* A link to a line of the file opens with the cursor there. */
const asked = /^#line-(\d{1,7})$/.exec(location.hash);
if (asked && text?.dataset.line) goTo(Number(asked[1]));

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
