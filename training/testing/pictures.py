"""The page's pictures as SVG that takes the page's colours, light or dark, and says on hover what each mark is.

Drawn by hand and not by matplotlib: a team that tests its bot on every pull request then needs no training extra, and
matplotlib knows neither the colours of a page nor words behind a mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from training.testing.figures import Bar, IntentFigures, Point

MOST_SHOWN = 40
CELL, LABELS, LETTER = 26, 12, 6.6
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 460, 250, 44, 34, 12


def draw_matrix(intents: Sequence[IntentFigures]) -> tuple[str, int]:
    """Meant against found, and how many intents it shows: of more than MOST_SHOWN those that are most confused."""
    shown = _most_confused(intents)
    names = [one.intent for one in shown]
    margin = LABELS + LETTER * max((len(name) for name in names), default=0)
    size = CELL * len(names)
    parts = []
    for place, name in enumerate(names):
        middle = place * CELL + CELL / 2
        parts.append(_text(margin - 6, margin + middle + 4, name, "end"))
        across = f"translate({margin + middle + 4:.0f} {margin - 6:.0f}) rotate(-60)"
        parts.append(f'<text transform="{across}">{escape(name)}</text>')
    for row, one in enumerate(shown):
        hits = one.support - sum(count for _, count in one.taken_for)
        cells = [(one.intent, hits), *one.taken_for]
        for found, count in cells:
            if count and found in names:
                parts.append(_cell(one, found, count, (margin + names.index(found) * CELL, margin + row * CELL)))
    grid = f'<rect x="{margin:.0f}" y="{margin:.0f}" width="{size}" height="{size}" class="frame"/>'
    whole = margin + size + 60
    return _svg(whole, margin + size + 4, "Confusion matrix", [grid, *parts]), len(shown)


def _most_confused(intents: Sequence[IntentFigures]) -> list[IntentFigures]:
    """In the given order; intents that nothing is asked of are shown when they were found."""
    there = [one for one in intents if one.support or one.found]
    if len(there) <= MOST_SHOWN:
        return there
    errors = {one.intent: sum(count for _, count in one.taken_for) for one in there}
    for one in there:
        for found, count in one.taken_for:
            errors[found] = errors.get(found, 0) + count
    chosen = set(sorted(errors, key=lambda name: -errors[name])[:MOST_SHOWN])
    return [one for one in there if one.intent in chosen]


def _cell(one: IntentFigures, found: str, count: int, corner: tuple[float, float]) -> str:
    right = found == one.intent
    share = count / one.support
    told = (
        f"{one.intent}: {count} of {one.support} understood"
        if right
        else (f"{count} of {one.support} of {one.intent} taken for {found}")
    )
    x, y = corner
    opacity = 0.15 + 0.85 * share if right else 0.3 + 0.7 * share
    return (
        f'<g><title>{escape(told)}</title><rect x="{x + 1:.0f}" y="{y + 1:.0f}" width="{CELL - 2}" height="{CELL - 2}" '
        f'rx="3" class="{"right" if right else "wrong"}" fill-opacity="{opacity:.2f}"/>'
        f"{_text(x + CELL / 2, y + CELL / 2 + 4, str(count), 'middle', 'strong' if share > 0.5 else '')}</g>"
    )


def draw_histogram(bars: Sequence[Bar]) -> str:
    """Right answers upwards and wrong ones downwards, by confidence."""
    most_right = max((bar.right for bar in bars), default=0) or 1
    most_wrong = max((bar.wrong for bar in bars), default=0)
    most = most_right + most_wrong
    high = HEIGHT - BOTTOM - TOP
    zero = TOP + high * most_right / most
    parts = []
    for bar in bars:
        x, width = _across(bar.low), _across(bar.high) - _across(bar.low) - 2
        for count, kind, up in ((bar.right, "right", True), (bar.wrong, "wrong", False)):
            tall = high * count / most
            if count:
                told = f"{count} {kind}, confidence {bar.low:.2f} to {bar.high:.2f}"
                y = zero - tall if up else zero
                parts.append(
                    f'<rect x="{x + 1:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(tall, 1):.1f}" class="{kind}">'
                    f"<title>{told}</title></rect>"
                )
    labels = [_text(LEFT - 6, TOP + 8, str(most_right), "end"), _text(LEFT - 6, zero + 4, "0", "end")]
    labels += [_text(LEFT - 6, HEIGHT - BOTTOM, str(most_wrong), "end")] if high * most_wrong / most > LABELS else []
    axis = f'<line x1="{LEFT}" y1="{zero:.1f}" x2="{WIDTH}" y2="{zero:.1f}" class="axis"/>'
    return _svg(WIDTH, HEIGHT, "Histogram of confidence", [*parts, axis, *labels, *_ticks("confidence")])


def draw_reliability(points: Sequence[Point]) -> str:
    """Accuracy over confidence; on the dashed line a confidence is worth what it says. Bigger points: more messages."""
    most = max((point.count for point in points), default=0) or 1
    places = [(_across(point.confidence), _up(point.accuracy)) for point in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [
        f'<line x1="{LEFT}" y1="{_up(0):.1f}" x2="{WIDTH - 8}" y2="{_up(1):.1f}" class="diagonal"/>',
        f'<line x1="{LEFT}" y1="{_up(0):.1f}" x2="{WIDTH}" y2="{_up(0):.1f}" class="axis"/>',
        f'<polyline points="{line}" class="curve"/>',
    ]
    for point, (x, y) in zip(points, places, strict=True):
        told = f"{point.count} messages: confidence {point.confidence:.2f}, right {point.accuracy:.2f}"
        radius = 3 + 6 * (point.count / most) ** 0.5
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="right"><title>{told}</title></circle>')
    labels = [_text(LEFT - 6, _up(share) + 4, f"{share:g}", "end") for share in (0, 0.5, 1)]
    return _svg(WIDTH, HEIGHT, "Reliability of confidence", [*parts, *labels, *_ticks("confidence")])


def _across(share: float) -> float:
    return LEFT + (WIDTH - LEFT - 8) * share


def _up(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share


def _ticks(name: str) -> Iterable[str]:
    shown = [_text(_across(share), HEIGHT - BOTTOM + 16, f"{share:g}", "middle") for share in (0, 0.25, 0.5, 0.75, 1)]
    return [*shown, _text(_across(0.5), HEIGHT - 2, name, "middle")]


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(text)}</text>'


def _svg(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
