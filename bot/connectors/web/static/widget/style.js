/** How the chat looks; theme.js has the colours. */

import { TALK } from "./style_talk.js";
import { THEME } from "./theme.js";

const FRAME = `
*, *::before, *::after { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
svg { width: 22px; height: 22px; fill: currentColor; display: block; }
button, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
button { cursor: pointer; border: 0; padding: 0; background: none; -webkit-tap-highlight-color: transparent; }
button:disabled { cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.panel, .launcher, .invitation { position: fixed; z-index: var(--layer); inset-inline-end: var(--offset); }
.around { font: 400 15px/1.5 var(--font); color: var(--ink); text-align: start; -webkit-font-smoothing: antialiased; }
:host([data-side="left"]) :is(.panel, .launcher, .invitation) { left: var(--offset); right: auto; }
:host([data-side="right"]) :is(.panel, .launcher, .invitation) { right: var(--offset); left: auto; }

.launcher {
  bottom: var(--offset); width: 58px; height: 58px; border-radius: 50%; display: grid; place-items: center;
  background: var(--accent); color: var(--on-accent); box-shadow: var(--lift); transition: transform .18s cubic-bezier(.3, 1.4, .6, 1);
}
.launcher:hover { transform: translateY(-2px) scale(1.03); }
.launcher:active { transform: scale(.96); }
.launcher:focus-visible { outline-width: 3px; outline-offset: 3px; }
.launcher > svg { grid-area: 1 / 1; width: 28px; height: 28px; transition: transform .2s, opacity .2s; }
.launcher[aria-expanded="false"] > svg:last-of-type { opacity: 0; transform: rotate(-90deg); }
.launcher[aria-expanded="true"] > svg:first-of-type { opacity: 0; transform: rotate(90deg); }
.badge {
  position: absolute; top: -3px; inset-inline-end: -3px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
  background: #b3261e; color: #fff; font-size: 12px; font-weight: 650; line-height: 22px; text-align: center;
  box-shadow: 0 0 0 2px var(--page);
}

.panel, .invitation { bottom: calc(var(--offset) + 72px); }
.invitation:not(:empty) {
  display: flex; align-items: flex-start; gap: 4px; max-width: min(300px, calc(100vw - 2 * var(--offset))); padding: 6px;
  background: var(--page); border-radius: var(--radius); box-shadow: var(--shade); animation: rise .22s cubic-bezier(.2, .9, .3, 1);
}
.invitation button { flex: none; width: 32px; height: 32px; display: grid; place-items: center; border-radius: 10px; color: var(--quiet); }
.invitation .take { flex: 1; width: auto; height: auto; padding: 5px 4px 5px 10px; color: var(--ink); text-align: start; overflow-wrap: anywhere; }
.invitation svg { width: 18px; height: 18px; }
.panel {
  width: min(var(--width), calc(100vw - 2 * var(--offset))); container-type: size;
  height: min(var(--height), calc(100dvh - 2 * var(--offset) - 80px));
  display: flex; flex-direction: column; overflow: hidden; background: var(--page); border-radius: var(--radius);
  box-shadow: var(--shade); animation: rise .22s cubic-bezier(.2, .9, .3, 1);
}
.panel:focus { outline: none; }
@keyframes rise { from { opacity: 0; transform: translateY(16px) scale(.98); } }

.head {
  display: flex; align-items: center; gap: 4px; padding: 14px 12px 14px 18px; border-bottom: 1px solid var(--line);
}
[dir="rtl"] .head { padding: 14px 18px 14px 12px; }
.avatar {
  flex: none; width: 38px; height: 38px; margin-inline-end: 8px; border-radius: 50%; display: grid; place-items: center;
  overflow: hidden; background: var(--accent); color: var(--on-accent);
}
.avatar svg { width: 20px; height: 20px; }
.avatar img { width: 100%; height: 100%; object-fit: cover; }
.names { flex: 1; min-width: 0; }
h2 { font-size: 16px; font-weight: 650; line-height: 1.3; letter-spacing: -.01em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.names p { font-size: 13px; line-height: 1.35; color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.head button {
  flex: none; min-width: 36px; height: 36px; display: grid; place-items: center; border-radius: 10px; color: var(--quiet);
  transition: background .15s, color .15s;
}
.head button:hover { background: var(--soft); color: var(--ink); }
.head button.sure { padding: 0 12px; background: var(--warn); color: var(--page); font-size: 13px; font-weight: 600; }

.status:not(:empty) {
  padding: 9px 18px; font-size: 13px; line-height: 1.4; color: var(--quiet); background: var(--soft); border-top: 1px solid var(--line);
}
form { padding: 12px 14px 14px; }
.field {
  display: flex; align-items: flex-end; gap: 4px; padding: 4px; border: 1px solid var(--edge); border-radius: 24px;
  background: var(--page); transition: border-color .15s, box-shadow .15s;
}
.field:focus-within { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent), 0 0 0 4px color-mix(in srgb, var(--accent) 18%, transparent); }
textarea {
  flex: 1; min-width: 0; height: 38px; max-height: 132px; padding: 7px 6px 7px 14px; border: 0; resize: none; overflow-y: auto;
  font-size: 16px; line-height: 1.5; background: none;
}
textarea:focus-visible { outline: none; }
[dir="rtl"] textarea { padding: 7px 14px 7px 6px; }
textarea::placeholder { color: var(--quiet); opacity: 1; }
form button {
  flex: none; width: 38px; height: 38px; display: grid; place-items: center; border-radius: 50%;
  background: var(--accent); color: var(--on-accent); transition: background .15s, color .15s, transform .15s;
}
form button:not(:disabled):active { transform: scale(.92); }
form button:disabled { background: var(--soft); color: var(--quiet); }
.below { display: flex; justify-content: center; margin-top: -6px; padding: 0 14px 10px; }
.person {
  display: flex; align-items: center; gap: 6px; min-height: 28px; padding: 0 10px; border-radius: 8px; color: var(--quiet);
  font-size: 13px; font-weight: 500;
}
.person svg { width: 16px; height: 16px; }
.person:hover { color: var(--ink); background: var(--soft); }

@media (max-width: 480px) {
  .panel, :host([data-side]) .panel {
    inset: var(--above) 0 auto; width: auto; height: var(--seen); border-radius: 0; box-shadow: none;
    padding-bottom: env(safe-area-inset-bottom);
  }
}
@media (max-width: 480px), (max-height: 480px) { .panel:not([hidden]) ~ .launcher { display: none; } }
@media (max-height: 480px) and (min-width: 481px) { .panel { bottom: 8px; height: calc(100dvh - 16px); } }
@container (max-height: 420px) {
  .avatar, .names p { display: none; }
  .head { padding-block: 2px; }
  .log { padding-block: 10px; }
  form { padding: 6px 14px; }
  .below { margin: 0; padding-bottom: 4px; }
}
:host([data-inline]) { position: static; display: block; width: auto; height: var(--height); }
:host([data-inline]) .around { height: 100%; }
:host([data-inline]) .panel { position: static; width: auto; height: 100%; border-radius: var(--radius); box-shadow: 0 0 0 1px var(--line); animation: none; }
:host([data-inline]) :is(.launcher, .close) { display: none; }
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
  .launcher:hover, .launcher:active { transform: none; }
}
@media (forced-colors: active) {
  .panel, .bubble, .launcher, .field, form button, .invitation:not(:empty) { border: 1px solid CanvasText; }
  svg { forced-color-adjust: auto; }
}
`;

/** A constructed style sheet, since a page's content security policy may forbid style elements. */
export function applyStyle(root) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(THEME + FRAME + TALK);
  root.adoptedStyleSheets = [sheet];
}
