/** Keeps the newest message in sight, unless the user has scrolled up to read; but never the end of it alone. */

const NEAR = 80;
const SPACE = 18; // above what is read first
const BURST_SECONDS = 2; // what comes so soon after another message belongs to it

/**
 * @param {HTMLElement} log
 * @param {(pinned: boolean) => void} onPin   called when the end comes in sight or goes out of it
 */
export function followEnd(log, onPin) {
  let pinned = true;
  let first; // of the messages that came together
  let latest = -Infinity; // when one of them came, milliseconds
  const pin = (now) => {
    if (now === pinned) return;
    pinned = now;
    onPin(pinned);
  };
  const look = () => log.clientHeight && pin(log.scrollHeight - log.scrollTop - log.clientHeight < NEAR);
  /** To where one begins to read, or to the end. */
  const jump = (beginning) => {
    pin(true);
    log.scrollTop = beginning ? beginning.offsetTop - SPACE : log.scrollHeight;
    look();
  };
  /** To the end, but not past the beginning of what has just come: who reads a long answer begins there. */
  const follow = (added) => {
    const isBurst = performance.now() - latest < BURST_SECONDS * 1000;
    if (added) {
      if (!isBurst || !first.isConnected || added.classList.contains("user")) first = added;
      latest = performance.now();
    }
    if (!pinned) return;
    const beginning = isBurst || added ? first.offsetTop - SPACE : Infinity;
    log.scrollTop = Math.max(log.scrollTop, Math.min(beginning, log.scrollHeight));
    look();
  };
  log.addEventListener("scroll", look);
  // What comes below the log takes room from it; images take theirs when they have arrived.
  const keep = () => follow();
  new ResizeObserver(keep).observe(log);
  log.addEventListener("load", keep, true);
  return { jump, follow };
}
