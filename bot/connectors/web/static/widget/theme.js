/**
 * The colours and measures, light and dark. A page changes them from outside, all of them or one:
 *
 *   ripen-chat { --ripen-accent: #7a2e8e; --ripen-on-accent: #ffffff; --ripen-radius: 8px; }
 *
 * docs/widget.md lists them. Text has a contrast of at least 4.5 to 1 on each ground, edges of fields 3 to 1.
 */

const own = (name, value) => `--${name}: var(--ripen-${name}, ${value});`;

const colours = (values) => Object.entries(values).map(([name, value]) => own(name, value)).join(" ");

const LIGHT = `${colours({
  accent: "#1f6f4a",
  "on-accent": "#ffffff",
  page: "#ffffff",
  ink: "#18201c",
  soft: "#f0f3f1",
  line: "#e1e7e3",
  edge: "#84908a",
  quiet: "#5a665f",
  warn: "#a3341f",
})}
  --shade: 0 24px 64px -12px rgb(16 32 24 / 28%), 0 4px 16px rgb(16 32 24 / 8%), 0 0 0 1px rgb(16 32 24 / 6%);
  --lift: 0 8px 24px -4px rgb(16 32 24 / 32%), 0 2px 6px rgb(16 32 24 / 14%);
  color-scheme: light;`;

const DARK = `${colours({
  accent: "#6fd3a0",
  "on-accent": "#0b1e15",
  page: "#141917",
  ink: "#e9efeb",
  soft: "#222a26",
  line: "#2c3631",
  edge: "#7b8981",
  quiet: "#a3b1a9",
  warn: "#ff9d87",
})}
  --shade: 0 24px 64px -12px rgb(0 0 0 / 70%), 0 0 0 1px #2c3631;
  --lift: 0 8px 24px -4px rgb(0 0 0 / 60%), 0 0 0 1px rgb(255 255 255 / 8%);
  color-scheme: dark;`;

const MEASURES = `
  --font: var(--ripen-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif);
  --radius: var(--ripen-radius, 18px); --width: var(--ripen-width, 392px); --height: var(--ripen-height, 660px);
  --offset: var(--ripen-offset, 20px); --layer: var(--ripen-layer, 2147483000);`;

export const THEME = `
:host { all: initial; position: fixed; width: 0; height: 0; ${MEASURES} ${LIGHT} }
@media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) { ${DARK} } }
:host([data-theme="dark"]) { ${DARK} }
:host([hidden]) { display: none; }
@media print { :host { display: none; } }
`;
