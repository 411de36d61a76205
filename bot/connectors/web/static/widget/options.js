/** The data- attributes of the chat's element, read and checked. docs/widget.md lists them. */

/** @typedef {{title: string, payload?: string}} Choice */

/** @param {DOMStringMap} data */
export function readOptions(data) {
  return {
    title: data.title,
    subtitle: data.subtitle,
    avatar: data.avatar,
    greeting: data.greeting,
    placeholder: data.placeholder,
    lang: data.lang || document.documentElement.lang || navigator.language || "en",
    texts: readObject(data, "texts"),
    suggestions: readChoices(data.suggestions ?? ""),
    person: data.person,
    start: data.start,
    inline: data.inline !== undefined,
    invite: data.invite,
    inviteAfter: Number(data.inviteAfter ?? 10) || 0,
    feedback: data.feedback !== "off",
    shortcut: readShortcut(data.shortcut ?? ""),
  };
}

/** What goes with every message. It may change at any time, so it is read at each. */
export function readMetadata(data) {
  return readObject(data, "metadata");
}

/** Whether an event is the key that opens the chat. */
export function isShortcut(event, shortcut) {
  return (
    shortcut !== undefined &&
    event.key.toLowerCase() === shortcut.key &&
    ["alt", "ctrl", "meta", "shift"].every((name) => event[`${name}Key`] === shortcut.with.includes(name))
  );
}

function readObject(data, name) {
  try {
    const value = JSON.parse(data[name] || "{}");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // said below
  }
  console.error(`ripen: data-${name} is not a JSON object and is left out`);
  return {};
}

/** "a | b", or a JSON list of texts and {"title", "payload"}. */
function readChoices(text) {
  if (!text.trim().startsWith("[")) return toChoices(text.split("|"));
  try {
    return toChoices(JSON.parse(text));
  } catch {
    console.error("ripen: data-suggestions is not a JSON list and is left out");
    return [];
  }
}

function toChoices(values) {
  return values
    .map((one) => (typeof one === "string" ? { title: one.trim() } : one))
    .filter((one) => typeof one?.title === "string" && one.title);
}

/** "Alt+K": the last is the key, the others are held. One without any would get in the way of typing. */
function readShortcut(text) {
  const keys = text.toLowerCase().split("+").map((key) => key.trim());
  const key = keys.pop();
  if (!key) return undefined;
  if (keys.some((one) => one === "alt" || one === "ctrl" || one === "meta")) return { key, with: keys, text };
  console.error("ripen: data-shortcut needs Alt, Ctrl or Meta with its key, as Alt+K, and is left out");
  return undefined;
}
