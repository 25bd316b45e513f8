"""The four plots of the page as inline SVG.

Written out rather than drawn by a plotting library: dots, lines and whiskers on a unit square need neither forty
megabytes of dependencies nor fonts turned into outlines, and colours can follow the reader's light or dark theme.
"""

import html
from collections.abc import Sequence

_WIDTH = 460
_SQUARE = 300  # side of the plots on the unit square
_LEFT = 64
_TOP = 14
_ROW = 24
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def dots(rows: Sequence[tuple[str, float, float, float]], axis: str, top: float = 1.0, unit: str = "") -> str:
    """(label, value, low, high) of each row as a dot on its interval, from 0 to ``top`` or the next round number."""
    top = next(step * 10.0**power for power in range(-3, 9) for step in (1, 2, 4, 8) if step * 10.0**power >= top)
    left, right = 170, 70
    scale = (_WIDTH - left - right) / top
    height = _TOP + _ROW * len(rows) + 34
    parts = []
    for tick in _TICKS:
        x = left + tick * top * scale
        parts.append(_line(x, _TOP, x, height - 34, "grid"))
        parts.append(_label(x, height - 18, _number(tick * top), "middle"))
    for at, (name, value, low, high) in enumerate(rows):
        y = _TOP + _ROW * at + _ROW / 2
        parts.append(_label(left - 10, y + 4, name, "end"))
        parts.append(_line(left + low * scale, y, left + high * scale, y, "whisker"))
        parts.append(f'<circle cx="{left + value * scale:.1f}" cy="{y:.1f}" r="4.5" class="dot"/>')
        parts.append(_label(_WIDTH - right + 10, y + 4, f"{_number(value)}{unit}", "start"))
    parts.append(_label(left + top * scale / 2, height - 3, axis, "middle"))
    return _svg(_WIDTH, height, axis, parts)


def curve(points: Sequence[tuple[float, float]], mark: tuple[float, float] | None, x: str, y: str) -> str:
    """A curve on the unit square, and a marked point on it."""
    parts = _square(x, y)
    if points:
        path = " ".join(f"{_x(across):.1f},{_y(up):.1f}" for across, up in points)
        parts.append(f'<polyline points="{path}" class="curve"/>')
    if mark:
        parts.append(f'<circle cx="{_x(mark[0]):.1f}" cy="{_y(mark[1]):.1f}" r="5" class="dot"/>')
        beside = "end" if mark[0] > 0.6 else "start"
        away = -9 if beside == "end" else 9
        said = f"as it answers: {mark[0]:.2f}, {mark[1]:.2f}"
        parts.append(_label(_x(mark[0]) + away, _y(mark[1]) + (18 if mark[1] > 0.9 else -8), said, beside))
    return _svg(_LEFT + _SQUARE + 30, _TOP + _SQUARE + 44, f"{y} by {x}", parts)


def diagram(bins: Sequence[tuple[float, float, int]], x: str, y: str) -> str:
    """(x, y, count) as dots on the unit square with the diagonal; the area of a dot goes with its count."""
    parts = _square(x, y)
    parts.append(_line(_x(0), _y(0), _x(1), _y(1), "diagonal"))
    most = max((count for *_, count in bins), default=1)
    for across, up, count in bins:
        radius = 3 + 11 * (count / most) ** 0.5
        parts.append(f'<circle cx="{_x(across):.1f}" cy="{_y(up):.1f}" r="{radius:.1f}" class="bubble"/>')
        parts.append(_label(_x(across), _y(up) - radius - 4, str(count), "middle"))
    return _svg(_LEFT + _SQUARE + 30, _TOP + _SQUARE + 44, f"{y} by {x}", parts)


def _square(x: str, y: str) -> list[str]:
    parts = []
    for tick in _TICKS:
        parts.append(_line(_x(tick), _y(0), _x(tick), _y(1), "grid"))
        parts.append(_line(_x(0), _y(tick), _x(1), _y(tick), "grid"))
        parts.append(_label(_x(tick), _y(0) + 18, _number(tick), "middle"))
        parts.append(_label(_LEFT - 8, _y(tick) + 4, _number(tick), "end"))
    parts.append(_label(_x(0.5), _y(0) + 38, x, "middle"))
    parts.append(
        f'<text transform="translate(14 {_y(0.5):.1f}) rotate(-90)" text-anchor="middle">{html.escape(y)}</text>'
    )
    return parts


def _x(value: float) -> float:
    return _LEFT + value * _SQUARE


def _y(value: float) -> float:
    return _TOP + (1 - value) * _SQUARE


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(text)}</text>'


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img"'
        f' aria-label="{html.escape(title)}">{"".join(parts)}</svg>'
    )
