/** The demo page: the line to copy names this server. Its suggestions speak through the widget by themselves. */

const widget = new URL("widget.js", document.baseURI).href;
const snippet = document.getElementById("snippet");
const copy = document.getElementById("copy");

snippet.textContent = `<script src="${widget}" defer></script>`;

copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(snippet.textContent);
    copy.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(snippet); // no clipboard on pages without TLS: ready for Ctrl-C
    copy.textContent = "Selected";
  }
  setTimeout(() => (copy.textContent = "Copy"), 2000);
});
