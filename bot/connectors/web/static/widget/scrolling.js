/** Keeps the newest message in sight, unless the user has scrolled up to read. */

const NEAR = 80;

/** @param {HTMLElement} log */
export function followEnd(log) {
  let pinned = true;
  const jump = () => {
    pinned = true;
    log.scrollTop = log.scrollHeight;
  };
  const follow = () => pinned && jump();
  log.addEventListener("scroll", () => {
    pinned = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  });
  // What comes below the log takes room from it; images take theirs when they have arrived.
  new ResizeObserver(follow).observe(log);
  log.addEventListener("load", follow, true);
  return { jump, follow };
}
