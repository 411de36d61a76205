/** What the bot sends, as the fields of an entry. */

/**
 * A message in Socket.IO's or REST's form; undefined if it is of a kind that is not shown here.
 * @returns {Partial<import("./history.js").Entry>|undefined}
 */
export function readPayload(payload) {
  const text = typeof payload.text === "string" ? payload.text : undefined;
  const offered = Array.isArray(payload.quick_replies) ? payload.quick_replies : payload.buttons;
  const buttons = (Array.isArray(offered) ? offered : [])
    .filter((one) => typeof one?.title === "string")
    .map(({ title, payload: sent }) => ({ title, payload: typeof sent === "string" ? sent : title }));
  const attached = payload.attachment?.type === "image" ? payload.attachment.payload?.src : undefined;
  const image = [payload.image, attached].find((one) => typeof one === "string");
  if (!text && !image && !buttons.length) return undefined;
  return { text, image, buttons: buttons.length ? buttons : undefined };
}

/**
 * What Ripen adds to a message: its id, its sequence (0: not kept), whether it answers a message of the user, so that
 * it can be rated, and when it was said, in milliseconds; who says it in place of the bot, or that it is about them.
 */
export function readMarks(payload) {
  const { id, sequence, at, from } = payload.metadata?.ripen ?? {};
  return {
    id: typeof id === "string" ? id : undefined,
    sequence: Number.isInteger(sequence) && sequence > 0 ? sequence : 0,
    by: from?.kind === "person" ? String(from.name) : undefined,
    notice: from?.kind === "notice" || undefined,
    rateable: sequence > 0 && !String(id).startsWith("push/"),
    // A clock that goes wrong here must not show answers from the future.
    at: Number.isFinite(at) ? Math.min(at * 1000, Date.now()) : Date.now(),
  };
}
