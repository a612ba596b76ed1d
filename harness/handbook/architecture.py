"""The page on the architecture, and its two pictures: drawn from the imports, so that they are true."""

import ast
from collections.abc import Iterable
from pathlib import Path

from harness.handbook.imports import Graph, Level, imports_of, levels_of, reduced

__all__ = ["architecture_markdown", "harness_svg", "packages_svg"]

ROOT = Path(__file__).parents[2]
_Box = tuple[float, float, float, float]

PACKAGES = ("spoolproof", "harness", "reports", "pipeline", "fake_clusters", "connector")

_HEAD = """\
# Architecture

spoolproof consists of six packages. A user imports one of them, `spoolproof`; the others are the lab behind it.

## Packages

Each package imports only from packages below it. This picture is drawn from the import statements of the source by
`make docs`, and `make check` fails when it is out of date. An arrow that follows from two others is left out.

![The packages and their imports](packages.svg)

| | what it is for | imports |
|---|---|---|
"""

_HARNESS = """
## Inside the harness

The same for the folders and modules of `harness`. Each row imports only from rows below it. Names with a dashed border
import each other.

![The levels of the harness](harness.svg)

| | what it is for |
|---|---|
"""

_TAIL = """
## How a run goes

```text
scenarios/*.toml -> Scenario -> World -> Run -> History -> checkers -> Verdicts -> Journal -> reports
```

1. A **scenario** file is read and checked once. What follows works with frozen values, never with the file's tables.
2. A **world** provides the clusters, the service under test, and a clock. The same file plays in four worlds:

   | world | clusters | pipeline | clock |
   |---|---|---|---|
   | `model` | the SimPy model | a model of the pipeline | virtual |
   | `virtual` | the same model, in process | the real code | virtual, the same from one seed |
   | `live` | the same model behind real SSH servers | the real code, in processes of its own | real time |
   | `real` | real connectors | the real code, in processes of its own | real time |

3. The **run** sends the load, lets the **nemesis** break what the scenario says, heals everything, waits until all is
   at rest, and reads what the API and the clusters hold at the end.
4. The **history** joins what the clients were told, what the pipeline wrote down, and what the clusters did. The
   clusters' effect logs are the ground truth.
5. The **checkers** decide one [invariant](invariants.md) each. The **journal** holds all of it. Reports are made from
   the journal alone, so they can be made again later.

## Decisions

- **One model says how a cluster behaves, and all worlds use it.** A second implementation would drift from the first,
  and worlds could not be compared.
- **A random value is a function of the seed and of what it is for**, not the next number of a stream. Adding or
  removing a fault changes nothing else, so a failing run can be shrunk and replayed.
- **Time is the event loop's clock or an argument.** The same code runs in virtual time and in real time.
- **Every outcome is ok, failed or unknown, and a lost reply is unknown.** A lost reply that counts as failed is the
  most frequent bug of such pipelines.
- **Checkers read the history only.** They share no code with the pipeline, so a bug of the pipeline cannot hide itself.
- **The verdict is unknown when the faults that the scenario asks for did not occur.** A run in which nothing broke
  proves nothing.
- **The harness ships pipelines with [one seeded bug each](../reference/mutants.md) and must find every bug.** A checker
  that finds nothing in a broken pipeline is worth nothing.
"""


def architecture_markdown() -> str:
    """The whole page."""
    graph, inside = _packages(), _harness()
    packages = "".join(f"| `{name}` | {_purpose(ROOT / name)} | {_listed(graph[name])} |\n" for name in _ordered(graph))
    parts = "".join(f"| `{name}` | {_purpose(ROOT / 'harness' / name)} |\n" for name in _ordered(inside))
    return f"{_HEAD}{packages}{_HARNESS}{parts}{_TAIL}"


def packages_svg() -> str:
    """The packages as boxes with arrows."""
    graph = _packages()
    levels = levels_of(graph)
    picture = _Picture(width=560)
    height, gap, row = 44, 20, 96
    centres: dict[str, tuple[float, float]] = {}
    for number, level in enumerate(levels):
        names = sorted((name for group in level.groups for name in group), key=PACKAGES.index)
        width = (picture.width - gap * (len(names) + 1)) / max(len(names), 3)
        left = (picture.width - len(names) * width - (len(names) - 1) * gap) / 2
        for place, name in enumerate(names):
            x, y = left + place * (width + gap), 16 + number * row
            picture.box((x, y, width, height), name)
            centres[name] = (x + width / 2, y)
    for name, targets in reduced(graph).items():
        for target in sorted(targets):
            (x1, y1), (x2, y2) = centres[name], centres[target]
            picture.arrow(x1, y1 + height, x2, y2)
    return picture.text(16 + (len(levels) - 1) * row + height + 16, "The packages of spoolproof and their imports")


def harness_svg() -> str:
    """The levels of the harness as rows of boxes."""
    picture = _Picture(width=560)
    y: float = 12
    for level in levels_of(_harness()):
        y = _row(picture, level, y)
    return picture.text(y, "The levels of the harness")


def _row(picture: "_Picture", level: Level, top: float) -> float:
    """Draw one level; return where the next one begins."""
    x, y, height, gap = 24.0, top + 10, 34, 10
    boxes = []
    for group in level.groups:
        for number, name in enumerate(group, start=1):
            width = picture.width_of(name)
            if x + width > picture.width - 24:
                x, y = 24.0, y + height + gap
            boxes.append((x, y, width, name, len(group) > 1))
            x += width + (gap * 2 if number == len(group) > 1 else gap)
    bottom = y + height + 10
    picture.band(12, top, picture.width - 24, bottom - top)
    for left, upper, width, name, cyclic in boxes:
        picture.box((left, upper, width, height), name, "cycle" if cyclic else "box")
    return bottom + 8


class _Picture:
    """An SVG of boxes and arrows that reads well on a light and on a dark page."""

    _STYLE = """
  .back { fill: #ffffff } .band { fill: #f1f3f5 } .box, .cycle { fill: #ffffff; stroke: #495057; stroke-width: 1.5 }
  .cycle { stroke-dasharray: 5 3 } .arrow { stroke: #495057; stroke-width: 1.5; fill: none } .head { fill: #495057 }
  text { font: 16px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #212529; text-anchor: middle }
  @media (prefers-color-scheme: dark) {
    .back { fill: #1a1c1e } .band { fill: #25282c } .box, .cycle { fill: #1a1c1e; stroke: #adb5bd }
    .arrow { stroke: #adb5bd } .head { fill: #adb5bd } text { fill: #e9ecef }
  }
"""

    def __init__(self, *, width: float) -> None:
        self.width = width
        self._parts: list[str] = []

    @staticmethod
    def width_of(name: str) -> float:
        """Of a box around the name."""
        return 9.7 * len(name) + 20

    def band(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the ground of a row."""
        self._parts.append(f'<rect class="band" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>')

    def box(self, place: _Box, name: str, kind: str = "box") -> None:
        """Draw a named box."""
        x, y, width, height = place
        frame = f'x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}"'
        self._parts.append(f'<rect class="{kind}" {frame} rx="5"/>')
        self._parts.append(f'<text x="{x + width / 2:.0f}" y="{y + height / 2 + 5:.0f}">{name}</text>')

    def arrow(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw an arrow down."""
        end, middle = y2 - 8, (y1 + y2) / 2
        curve = f"M{x1:.0f},{y1:.0f} C{x1:.0f},{middle:.0f} {x2:.0f},{middle:.0f} {x2:.0f},{end:.0f}"
        self._parts.append(f'<path class="arrow" d="{curve}"/>')
        self._parts.append(f'<path class="head" d="M{x2 - 5:.0f},{end:.0f} h10 l-5,8 z"/>')

    def text(self, height: float, title: str) -> str:
        """The file."""
        size = f'viewBox="0 0 {self.width:g} {height:g}" width="{self.width:g}" height="{height:g}"'
        back = f'<rect class="back" width="{self.width:g}" height="{height:g}" rx="8"/>'
        lines = [f"<title>{title}</title>", f"<style>{self._STYLE}</style>", back, *self._parts]
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n' + "\n".join(lines) + "\n</svg>\n"


def _packages() -> Graph:
    def package(module: str) -> str | None:
        name = module.split(".", maxsplit=1)[0]
        return name if name in PACKAGES else None

    return imports_of(ROOT, PACKAGES, package)


def _harness() -> Graph:
    def part(module: str) -> str | None:
        names = module.split(".")
        return names[1] if names[0] == "harness" and len(names) > 1 else None

    return imports_of(ROOT, ["harness"], part)


def _ordered(graph: Graph) -> list[str]:
    return [name for level in levels_of(graph) for group in level.groups for name in group]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "-"


def _purpose(place: Path) -> str:
    """The first sentence of its docstring."""
    source = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    doc = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    first = " ".join(doc.split("\n\n")[0].split())
    return first.split(". ")[0].rstrip(".:").replace("|", "\\|")
