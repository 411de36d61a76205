/**
 * How the chat looks. A page changes the colours from outside:
 *
 *   ripen-chat { --ripen-accent: #7a2e8e; --ripen-on-accent: #ffffff; }
 */

const LIGHT = `
  --accent: var(--ripen-accent, #1f6f4a); --on-accent: var(--ripen-on-accent, #ffffff);
  --head: var(--accent); --on-head: var(--on-accent);
  --page: #ffffff; --ink: #1c2420; --soft: #f1f4f1; --line: #dce3de; --quiet: #5b6860; --warn: #a3341f;
  --shade: 0 18px 50px rgb(16 32 24 / 22%), 0 2px 8px rgb(16 32 24 / 12%);
  color-scheme: light;`;

const DARK = `
  --accent: var(--ripen-accent, #6fd3a0); --on-accent: var(--ripen-on-accent, #0d2118);
  --head: var(--ripen-accent, #1d4a35); --on-head: var(--ripen-on-accent, #ffffff);
  --page: #161b18; --ink: #e9efeb; --soft: #232b26; --line: #344039; --quiet: #a3b1a9; --warn: #ff9d87;
  --shade: 0 18px 50px rgb(0 0 0 / 60%), 0 0 0 1px #344039;
  color-scheme: dark;`;

export const STYLE = `
:host { all: initial; ${LIGHT} }
@media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) { ${DARK} } }
:host([data-theme="dark"]) { ${DARK} }
:host([hidden]) { display: none; }

*, *::before, *::after { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
svg { width: 24px; height: 24px; fill: currentColor; display: block; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; }
button:disabled { cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }

.panel, .launcher {
  position: fixed; z-index: 2147483000; right: 20px;
  font: 400 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; color: var(--ink);
}
:host([data-side="left"]) :is(.panel, .launcher) { right: auto; left: 20px; }

.launcher {
  bottom: 20px; width: 60px; height: 60px; border-radius: 50%; display: grid; place-items: center;
  background: var(--accent); color: var(--on-accent); box-shadow: var(--shade); transition: transform .15s;
}
.launcher:hover { transform: scale(1.05); }
.launcher:focus-visible { outline-offset: 4px; }
.launcher svg { width: 28px; height: 28px; }
.launcher[aria-expanded="false"] svg:last-of-type, .launcher[aria-expanded="true"] svg:first-of-type { display: none; }
.badge {
  position: absolute; top: -2px; right: -2px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
  background: #b3261e; color: #fff; font-size: 13px; font-weight: 600; line-height: 22px;
}

.panel {
  bottom: 96px; width: min(388px, calc(100vw - 40px)); height: min(640px, calc(100dvh - 116px));
  display: flex; flex-direction: column; overflow: hidden;
  background: var(--page); border-radius: 18px; box-shadow: var(--shade); animation: rise .18s ease-out;
}
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }

header {
  display: flex; align-items: center; gap: 4px; padding: 14px 10px 14px 20px;
  background: var(--head); color: var(--on-head);
}
header h2 { flex: 1; font-size: 17px; font-weight: 650; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
header button {
  min-width: 40px; height: 40px; display: grid; place-items: center; border-radius: 10px; color: inherit;
}
header button svg { width: 20px; height: 20px; }
header button:hover, header button.sure { background: color-mix(in srgb, currentColor 16%, transparent); }
header button.sure { padding: 0 12px; font-size: 14px; font-weight: 600; white-space: nowrap; }
header button:focus-visible { outline-color: currentColor; outline-offset: -3px; }

.log {
  flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 20px 16px 12px; display: flex;
  flex-direction: column; gap: 10px; scrollbar-width: thin; scrollbar-color: var(--line) transparent;
}
.log:focus-visible { outline-offset: -3px; }
.log > :first-child { margin-top: auto; }
.entry { position: relative; display: flex; flex-direction: column; align-items: flex-start; gap: 4px; max-width: 86%; }
.entry.user { align-self: flex-end; align-items: flex-end; }
.entry.followed { margin-bottom: -6px; }
.entry.followed .foot { display: none; }
.entry.waiting .foot { display: none; }
.panel.offline .entry.waiting .foot, .entry.failed .foot { display: block; }
.bubble {
  padding: 9px 14px; border-radius: 16px 16px 16px 4px; background: var(--soft);
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.user .bubble { border-radius: 16px 16px 4px; background: var(--accent); color: var(--on-accent); }
.offline .waiting .bubble { background: transparent; color: var(--ink); box-shadow: inset 0 0 0 1.5px var(--accent); }
.bubble a { color: inherit; text-underline-offset: 2px; }
.bot .bubble a { color: var(--accent); }
.image img {
  display: block; max-width: 100%; max-height: 240px; border-radius: 14px; border: 1px solid var(--line);
}
.foot { padding: 0 4px; font-size: 12px; color: var(--quiet); }
.failed .foot { color: var(--warn); }
.retry { padding: 2px 4px; text-decoration: underline; color: inherit; }

.choices { display: flex; flex-wrap: wrap; gap: 8px; padding: 4px 0 2px; }
.choices button {
  padding: 8px 14px; min-height: 38px; border-radius: 19px; border: 1.5px solid var(--accent); color: var(--accent);
  font-size: 14px; font-weight: 550; text-align: start; overflow-wrap: anywhere;
}
.choices button:not(:disabled):hover { background: var(--accent); color: var(--on-accent); }
.choices button:disabled { border-color: var(--line); color: var(--quiet); }
.choices button[aria-pressed] { background: var(--soft); border-color: var(--quiet); color: var(--ink); }

.typing {
  display: flex; gap: 5px; margin: 0 16px 10px; padding: 12px 14px; width: max-content; border-radius: 16px;
  background: var(--soft);
}
.typing i { width: 7px; height: 7px; border-radius: 50%; background: var(--quiet); animation: nod 1.2s infinite; }
.typing i:nth-of-type(2) { animation-delay: .15s; }
.typing i:nth-of-type(3) { animation-delay: .3s; }
@keyframes nod { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; transform: translateY(-2px); } }

.status:not(:empty) { padding: 8px 16px; font-size: 13px; color: var(--quiet); background: var(--soft); }

form { display: flex; align-items: flex-end; gap: 8px; padding: 12px; border-top: 1px solid var(--line); }
textarea {
  flex: 1; min-width: 0; max-height: 132px; padding: 10px 14px; resize: none; overflow-y: auto; font-size: 16px;
  line-height: 1.4; border: 1px solid var(--quiet); border-radius: 21px; background: var(--page);
}
textarea::placeholder { color: var(--quiet); opacity: 1; }
textarea:focus-visible { outline-offset: -1px; outline-width: 2px; }
form button {
  flex: none; width: 42px; height: 42px; display: grid; place-items: center; border-radius: 50%;
  background: var(--accent); color: var(--on-accent); transition: opacity .15s;
}
form button:disabled { background: var(--soft); color: var(--quiet); }
form button svg { width: 20px; height: 20px; }

@media (max-width: 480px) {
  .panel, :host([data-side="left"]) .panel { inset: 0; width: auto; height: auto; border-radius: 0; box-shadow: none; }
  .panel:not([hidden]) ~ .launcher { display: none; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
}
@media (forced-colors: active) {
  .panel, .bubble, .launcher, form button { border: 1px solid CanvasText; }
}
`;
