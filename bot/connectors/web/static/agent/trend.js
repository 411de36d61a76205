/** How a visitor felt, message by message, as a line: up is good, down is bad, and words say the same. */

import { svg } from "./dom.js";

const WIDTH = 88;
const HEIGHT = 26;
const EDGE = 4;
const STRONG = 0.25;

/** @param {number[]} values   valences in [-1, 1], oldest first */
export function drawTrend(values) {
  const step = (WIDTH - 2 * EDGE) / Math.max(1, values.length - 1);
  const x = (index) => (values.length === 1 ? WIDTH - EDGE : EDGE + index * step);
  const y = (value) => HEIGHT / 2 - value * (HEIGHT / 2 - EDGE);
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const label = describeTrend(values);
  const picture = svg("svg", {
    class: `trend ${mood(values.at(-1) ?? 0)}`, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT,
    role: "img", "aria-label": label,
  });
  picture.append(svg("title", {}, label));
  picture.append(svg("line", { x1: EDGE, x2: WIDTH - EDGE, y1: HEIGHT / 2, y2: HEIGHT / 2 }));
  if (values.length > 1) picture.append(svg("polyline", { points }));
  if (values.length) picture.append(svg("circle", { cx: x(values.length - 1), cy: y(values.at(-1)), r: 3.2 }));
  return picture;
}

export function mood(value) {
  if (value <= -STRONG) return "bad";
  return value >= STRONG ? "good" : "calm";
}

/** The trend in words. */
export function describeTrend(values) {
  if (!values.length) return "Mood: not known yet";
  const names = { bad: "upset", calm: "calm", good: "content" };
  const half = Math.ceil(values.length / 2);
  const mean = (some) => some.reduce((sum, value) => sum + value, 0) / Math.max(1, some.length);
  const change = values.length < 3 ? 0 : mean(values.slice(half)) - mean(values.slice(0, half));
  const way = change > 0.2 ? ", getting better" : change < -0.2 ? ", getting worse" : "";
  return `Mood: ${names[mood(values.at(-1))]}${way}`;
}
