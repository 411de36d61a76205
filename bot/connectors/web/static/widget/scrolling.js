/** Keeps the newest message in sight, unless the user has scrolled up to read. */

const NEAR = 80;

/**
 * @param {HTMLElement} log
 * @param {(pinned: boolean) => void} onPin   called when the end comes in sight or goes out of it
 */
export function followEnd(log, onPin) {
  let pinned = true;
  const pin = (now) => {
    if (now === pinned) return;
    pinned = now;
    onPin(pinned);
  };
  const jump = () => {
    pin(true);
    log.scrollTop = log.scrollHeight;
  };
  const follow = () => pinned && jump();
  log.addEventListener("scroll", () => {
    if (log.clientHeight) pin(log.scrollHeight - log.scrollTop - log.clientHeight < NEAR);
  });
  // What comes below the log takes room from it; images take theirs when they have arrived.
  new ResizeObserver(follow).observe(log);
  log.addEventListener("load", follow, true);
  return { jump, follow };
}
