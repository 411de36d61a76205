/**
 * Who the user is to the page: a token (JWT) that the page's own server signed, handed in by the page.
 *
 * @typedef {string|undefined|null|(() => string|undefined|null|Promise<string|undefined|null>)} TokenSource
 */

const SPARE_SECONDS = 15; // a token that ends within these is not worth sending

export class Identity {
  #token;

  /** @param {() => TokenSource} source */
  constructor(source) {
    this.source = source;
  }

  /**
   * The token to send, asked of the page when there is none or it ends. Rejects when the page cannot get one now.
   * @returns {Promise<string|undefined>}
   */
  async get() {
    if (this.#token && !isEnding(this.#token)) return this.#token;
    const source = this.source();
    this.#token = (typeof source === "function" ? await source() : source) || undefined;
    return this.#token;
  }

  /** Another token than the one that was refused; undefined when the page has no other. */
  async renew() {
    const refused = this.#token;
    this.#token = undefined;
    const token = await this.get();
    return token === refused ? undefined : token;
  }

  /** Forget what the page has said before. */
  drop() {
    this.#token = undefined;
  }
}

/**
 * Whom a token names, so that one user's history is not shown to the next one of the same browser.
 * @param {string|undefined} token
 */
export function readOwner(token) {
  if (!token) return "";
  const { sub, exp, iat, nbf, jti, ...others } = readClaims(token); // the rest names the user, where sub does not
  return sub === undefined ? JSON.stringify(others) : `user ${sub}`;
}

function isEnding(token) {
  const { exp } = readClaims(token);
  return typeof exp === "number" && exp - SPARE_SECONDS < Date.now() / 1000;
}

/** What a token claims. It is the bot that checks it; here it is only read. */
function readClaims(token) {
  try {
    const binary = atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(binary, (one) => one.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch {
    return {};
  }
}
