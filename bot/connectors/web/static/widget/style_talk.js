/** How the conversation itself looks: bubbles, buttons, pictures, states. */

export const TALK = `
.middle { position: relative; flex: 1; min-height: 0; display: flex; }
.log {
  position: relative; flex: 1; min-width: 0; display: flex; flex-direction: column; gap: 14px; padding: 18px; overflow-y: auto; overscroll-behavior: contain;
  scrollbar-width: thin; scrollbar-color: var(--line) transparent;
}
.log:focus-visible { outline-offset: -3px; }
.log > :first-child { margin-top: auto; }
.newest {
  position: absolute; bottom: 10px; left: calc(50% - 18px); width: 36px; height: 36px; display: grid; place-items: center;
  border-radius: 50%; background: var(--page); color: var(--ink); box-shadow: var(--lift);
}
.note { align-self: center; padding: 2px 10px; font-size: 12px; font-weight: 500; color: var(--quiet); }

.entry { position: relative; display: flex; flex-direction: column; align-items: flex-start; gap: 4px; max-width: 86%; }
.entry.user { align-self: flex-end; align-items: flex-end; }
.entry.followed { margin-bottom: -10px; }
.entry:is(.followed, .answered) .foot { display: none; }
.entry.waiting .foot { display: none; }
.panel.offline .entry.waiting .foot, .entry.entry.held .foot, .entry.entry.failed .foot { display: block; }
.by { padding: 0 4px; font-size: 12px; font-weight: 600; color: var(--quiet); }
.entry:not(.named) .by { position: absolute; clip-path: inset(50%); }
.human .bubble { background: color-mix(in srgb, var(--accent) 13%, var(--page)); }
.notice { text-align: center; }
.bubble {
  max-width: 100%; padding: 9px 14px; border-radius: 18px; background: var(--soft); overflow-wrap: anywhere;
}
.bot:not(.followed) > .bubble { border-end-start-radius: 5px; }
.user .bubble { white-space: pre-wrap; background: var(--accent); color: var(--on-accent); }
.user:not(.followed) .bubble { border-end-end-radius: 5px; }
.offline .waiting .bubble, .held .bubble, .failed .bubble {
  background: transparent; color: var(--ink); box-shadow: inset 0 0 0 1.5px var(--edge);
}
.failed .bubble { box-shadow: inset 0 0 0 1.5px var(--warn); }
.bubble a { color: inherit; text-underline-offset: 2px; }
.bot .bubble a { color: var(--accent); font-weight: 500; }
.bubble > * + * { margin-top: 8px; }
.bubble :is(ul, ol) { padding-inline-start: 22px; }
.bubble li + li { margin-top: 3px; }
.bubble li > p { display: inline; }
.bubble code { padding: 1px 5px; border-radius: 5px; background: color-mix(in srgb, var(--ink) 9%, transparent); font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.bubble .wide { overflow-x: auto; border-radius: 8px; background: color-mix(in srgb, var(--ink) 6%, transparent); }
.bubble pre { padding: 10px 12px; white-space: pre; width: max-content; }
.bubble pre code { padding: 0; background: none; }
.bubble table { border-collapse: collapse; width: max-content; font-size: 14px; }
.bubble :is(th, td) { max-width: 190px; padding: 6px 10px; text-align: start; }
.bubble th { font-weight: 650; }
.bubble tr + tr > *, .bubble tbody tr > * { border-top: 1px solid color-mix(in srgb, var(--ink) 14%, transparent); }
.bubble blockquote { padding-inline-start: 12px; border-inline-start: 3px solid var(--edge); color: var(--quiet); }
.bubble hr { border: 0; border-top: 1px solid var(--edge); }
.bubble img { display: block; max-width: 100%; max-height: 240px; border-radius: 10px; }
.image { display: block; border-radius: 18px; }
.image img { display: block; max-width: 100%; max-height: 260px; min-height: 24px; border-radius: 18px; border: 1px solid var(--line); }

.foot { min-height: 16px; padding: 0 4px; font-size: 12px; line-height: 1.4; color: var(--quiet); }
.foot:empty { display: none; }
.bot .foot:has(.thumb) { display: flex; align-items: center; gap: 2px; min-height: 26px; }
.entry.bot.followed .foot:has(.thumb) { display: none; }
.foot time { margin-inline-end: 4px; }
.thumb {
  width: 26px; height: 26px; display: grid; place-items: center; border-radius: 8px; color: var(--quiet); opacity: 0;
  transition: opacity .15s, color .15s, background .15s;
}
.thumb svg { width: 15px; height: 15px; }
.thumb[data-value="down"] svg { transform: rotate(180deg); }
.entry:hover .thumb, .foot:focus-within .thumb, .foot.rated .thumb, .entry.last .thumb { opacity: 1; }
.thumb:hover { color: var(--ink); background: var(--soft); }
.thumb[aria-pressed="true"] { color: var(--accent); background: color-mix(in srgb, var(--accent) 14%, transparent); }
.failed .foot { color: var(--warn); text-align: end; }
.retry { min-height: 24px; padding: 0 6px; border-radius: 6px; color: inherit; font-weight: 600; text-decoration: underline; text-underline-offset: 2px; }

.choices, .suggestions { display: flex; flex-wrap: wrap; gap: 8px; }
.choices { padding: 4px 0 2px; }
.suggestions { padding: 4px 14px 0; }
:is(.choices, .suggestions) button {
  min-height: 38px; padding: 7px 15px; border-radius: 19px; border: 1px solid color-mix(in srgb, var(--accent) 65%, var(--page));
  color: var(--accent); font-size: 14px; font-weight: 550; line-height: 1.4; text-align: start; overflow-wrap: anywhere;
  transition: background .15s, color .15s;
}
:is(.choices, .suggestions) button:not(:disabled):hover { background: var(--accent); color: var(--on-accent); }
.choices button:disabled { border-color: var(--line); color: var(--quiet); }
.choices button[aria-pressed] { background: var(--soft); border-color: var(--edge); color: var(--ink); }

.typing { display: flex; gap: 5px; padding: 13px 15px; width: max-content; border-radius: 18px; border-end-start-radius: 5px; background: var(--soft); }
.typing i { width: 7px; height: 7px; border-radius: 50%; background: var(--quiet); animation: nod 1.2s infinite; }
.typing i:nth-of-type(2) { animation-delay: .15s; }
.typing i:nth-of-type(3) { animation-delay: .3s; }
@keyframes nod { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; transform: translateY(-2px); } }
.new { animation: appear .2s ease-out; }
@keyframes appear { from { opacity: 0; transform: translateY(6px); } }
@media (hover: none) { .thumb { opacity: 1; } }
`;
