"""A package opens with a map of its files: each is in it, and it names none that is gone."""

import ast
import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_ROOMS = ("spoolproof", "connector", "fake_clusters", "pipeline", "reports", "harness")
_REST = "Every other file is one "
"""How a map speaks of files that are of one kind, one idea a file."""


def _packages() -> list[str]:
    starts = [start for room in _ROOMS for start in sorted((_ROOT / room).rglob("__init__.py"))]
    return [str(start.parent.relative_to(_ROOT)) for start in starts]


def _map_of(package: Path) -> str:
    return ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""


def _parts_of(package: Path) -> set[str]:
    modules = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    return modules | {f"{start.parent.name}/" for start in package.glob("*/__init__.py")}


@pytest.mark.parametrize("package", _packages())
def test_a_package_maps_its_files_and_no_others(package: str) -> None:
    text = _map_of(_ROOT / package)
    named = set(re.findall(r"(?<![\w/.-])(\w+(?:\.py|/))(?=\s|[,;·:]|$)", text))
    parts = _parts_of(_ROOT / package)
    assert not {name for name in named if not (_ROOT / package / name).exists()}, "they are gone"
    assert _REST in text or parts <= named, f"not in the map: {sorted(parts - named)}"
