"""Cost per create against size, as a small SVG: two lines on a logarithmic axis."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["draw"]

_WIDTH, _HEIGHT, _EDGE = 560, 300, 48
_COLOURS = ("#2b6cb0", "#c05621")


def draw(path: Path, lines: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """lines: by name, (size, microseconds of CPU per create)."""
    xs = [x for points in lines.values() for x, _ in points]
    top = 1.25 * max(y for points in lines.values() for _, y in points)
    low, high = math.log10(min(xs)), math.log10(max(xs))

    def place(x: float, y: float) -> str:
        across = _EDGE + (math.log10(x) - low) / (high - low) * (_WIDTH - 2 * _EDGE)
        return f"{across:.1f},{_HEIGHT - _EDGE - y / top * (_HEIGHT - 2 * _EDGE):.1f}"

    body = []
    for row, (name, points) in enumerate(lines.items()):
        colour = _COLOURS[row % len(_COLOURS)]
        path_of = " ".join(place(x, y) for x, y in points)
        body.append(f'<polyline points="{path_of}" fill="none" stroke="{colour}" stroke-width="2"/>')
        body += [_dot(place(x, y), colour, f"{y:.2f}") for x, y in points]
        body.append(f'<text x="{_EDGE}" y="{20 + 16 * row}" fill="{colour}">{name}</text>')
    ticks = "".join(
        f'<text x="{place(10.0**power, 0).split(",")[0]}" y="{_HEIGHT - 30}" text-anchor="middle">1e{power}</text>'
        for power in range(math.ceil(low), math.floor(high) + 1)
    )
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
        f'<path d="M{place(10**low, top).replace(",", " ")} L{place(10**low, 0).replace(",", " ")} '
        f'L{place(10**high, 0).replace(",", " ")}" fill="none" stroke="#888"/>\n'
        + "\n".join(body)
        + f"\n{ticks}\n</svg>\n"
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _dot(at: str, colour: str, value: str) -> str:
    x, y = at.split(",")
    label = f'<text x="{x}" y="{float(y) - 10:.1f}" fill="{colour}" text-anchor="middle">{value}</text>'
    return f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>{label}'
