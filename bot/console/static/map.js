/** The map: point at a spot, or step from one to the next by arrow keys, and read it below. */

const HOVER_MS = 120;
const map = document.getElementById("map");
const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");  // above all spots
ring.id = "here";
const choice = document.getElementById("map-intent");
let reading;
let here;

/** Say below the map what a spot is; in passing only when one stays there. */
function readSpot(spot, wait) {
  clearTimeout(reading);
  reading = setTimeout(() => {
    const query = new URLSearchParams({number: spot.id.slice(1), intent: spot.parentNode.dataset.intent});
    htmx.ajax("GET", `${map.dataset.spots}?${query}`, {source: "#spot", target: "#spot", swap: "innerHTML"});
    mark(spot);
  }, wait);
}

function mark(spot) {
  here = spot;
  for (const name of ["cx", "cy"]) ring.setAttribute(name, spot.getAttribute(name));
  ring.setAttribute("r", "15");
}

function chooseIntent(name) {
  map.classList.toggle("some", name !== "");
  for (const group of map.querySelectorAll("g")) group.classList.toggle("on", group.dataset.intent === name);
}

/** Where a key leads: the strays come first, then all others, intent by intent; of one that is chosen, its own. */
function findNext(key) {
  const shown = map.classList.contains("some") ? "g.on circle" : "g circle";
  const spots = [...map.querySelectorAll(shown)].sort((one, other) => other.matches(".stray") - one.matches(".stray"));
  const at = spots.indexOf(here);
  if (key === "Home" || at < 0) return spots[0];
  if (key === "End") return spots.at(-1);
  if (key === "ArrowRight") return spots[at + 1];
  if (key === "ArrowLeft") return spots[at - 1];
  const way = key === "ArrowDown" ? spots.slice(at + 1) : spots.slice(0, at).reverse();
  return way.find((spot) => spot.parentNode !== here.parentNode);
}

if (map) {
  map.append(ring);
  choice.addEventListener("change", () => chooseIntent(choice.value));
  chooseIntent(choice.value);
  for (const [kind, wait] of [["click", 0], ["mouseover", HOVER_MS]]) {
    map.addEventListener(kind, (event) => { if (event.target.matches("g circle")) readSpot(event.target, wait); });
  }
  map.addEventListener("mouseleave", () => clearTimeout(reading));
  map.addEventListener("keydown", (event) => {
    if (!/^(Arrow|Home$|End$)/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const spot = findNext(event.key);
    if (!spot) return;
    mark(spot);
    readSpot(spot, HOVER_MS);
  });
}
