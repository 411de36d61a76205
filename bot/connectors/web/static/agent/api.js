/** What the page asks of the server. Every change proves by its header that it comes from this page. */

const { csrf } = document.body.dataset;

/** @returns {Promise<boolean|undefined>} what the server says; undefined when it could not be asked */
export async function ask(what, body = {}) {
  try {
    const response = await fetch(`agent/api/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Ripen-Csrf": csrf },
      body: JSON.stringify(body),
    });
    if (response.status === 401 || response.status === 403) location.assign("agent/login");
    if (response.status >= 500) return undefined;
    const answer = await response.json();
    return response.ok ? answer.ok : false;
  } catch {
    return undefined;
  }
}

/**
 * The changes of the board, and of the conversation that is open.
 * @param {string|undefined} conversation
 * @param {{board: Function, lines: Function, typing: Function, gone: Function, state: (online: boolean) => void}} handlers
 * @returns {() => void} what ends it
 */
export function follow(conversation, handlers) {
  const query = conversation === undefined ? "" : `?conversation=${encodeURIComponent(conversation)}`;
  let source;
  let retry;
  const open = () => {
    source = new EventSource(`agent/api/stream${query}`);
    for (const name of ["board", "lines", "typing", "gone"]) {
      source.addEventListener(name, (event) => handlers[name](JSON.parse(event.data)));
    }
    source.onopen = () => handlers.state(true);
    source.onerror = () => {
      handlers.state(false);
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(reopen, 2000);
    };
  };
  const reopen = async () => {
    await ask("stay"); // goes to the login page if that is over
    open();
  };
  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
