/** The playground: every option of the chat, tried at once and written down as the line to paste. */

const form = document.getElementById("options");
const snippet = document.getElementById("snippet");
const events = document.getElementById("events");
const copy = document.getElementById("copy");
const chat = document.querySelector("ripen-chat");
const widget = new URL("widget.js", document.baseURI).href;
const EVENTS = ["ripen-open", "ripen-close", "ripen-message", "ripen-feedback", "ripen-unread", "ripen-state", "ripen-custom"];
const KEPT_EVENTS = 100;

/** The data- attributes that the form asks for, by name. */
function readAttributes() {
  const wanted = {};
  for (const field of form.elements) {
    if (!field.name.startsWith("data-")) continue;
    if (field.type !== "checkbox") wanted[field.name] = field.value.trim() || undefined;
    else if (field.dataset.off) wanted[field.name] = field.checked ? undefined : field.dataset.off;
    else wanted[field.name] = field.checked ? "" : undefined;
  }
  if (wanted["data-person"] !== undefined) wanted["data-person"] = form.elements.person.value.trim();
  return wanted;
}

/** The custom properties that differ from what the chat has by itself. */
function readProperties() {
  const changed = [...form.elements].filter((field) => field.name.startsWith("--") && field.value !== field.defaultValue);
  return changed.map((field) => [field.name, `${field.value}${field.dataset.unit ?? ""}`]);
}

function apply() {
  const attributes = readAttributes();
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) chat.removeAttribute(name);
    else if (chat.getAttribute(name) !== value) chat.setAttribute(name, value);
  }
  const properties = readProperties();
  for (const field of form.elements) if (field.name.startsWith("--")) chat.style.removeProperty(field.name);
  for (const [name, value] of properties) chat.style.setProperty(name, value);
  snippet.textContent = write(attributes, properties);
}

function write(attributes, properties) {
  const escaped = (value) => value.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const written = given.map(([name, value]) => `\n  ${value ? `${name}="${escaped(value)}"` : name}`).join("");
  const script = `<script src="${widget}"${written} defer></script>`;
  if (!properties.length) return script;
  const style = properties.map(([name, value]) => `${name}: ${value};`).join(" ");
  return `${script}\n<style>ripen-chat { ${style} }</style>`;
}

function note(event) {
  const detail = event.detail === null ? "" : ` ${JSON.stringify(event.detail)}`;
  const line = document.createElement("li");
  line.textContent = event.type + detail;
  events.append(line);
  if (events.childElementCount > KEPT_EVENTS) events.firstElementChild.remove();
  events.scrollTop = events.scrollHeight;
}

form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of EVENTS) chat.addEventListener(name, note);
for (const button of document.querySelectorAll("[data-call]")) {
  const { call } = button.dataset;
  button.addEventListener("click", () => chat[call]({ say: "Hello", trigger: "/greet" }[call]));
}
copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(snippet.textContent);
    copy.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(snippet);
    copy.textContent = "Selected";
  }
  setTimeout(() => (copy.textContent = "Copy"), 2000);
});

apply();
