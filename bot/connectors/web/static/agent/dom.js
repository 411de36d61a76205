/** Elements, made without ever reading text as HTML. */

export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== ""));
  return element;
}

/** Whether a key belongs to a word that is being composed. Safari says so by the code 229 only, once the word is done. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

export function since(seconds) {
  const past = Math.max(0, Date.now() / 1000 - seconds);
  if (past < 60) return "under 1 min";
  if (past < 3600) return `${Math.floor(past / 60)} min`;
  return past < 86400 ? `${Math.floor(past / 3600)} h ${Math.floor((past % 3600) / 60)} min` : `${Math.floor(past / 86400)} d`;
}
