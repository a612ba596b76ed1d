"""The pictures of the architecture show the imports that the source has."""

import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

from harness.handbook.architecture import PACKAGES, ROOT, harness_svg, packages_svg
from harness.handbook.imports import Level, imports_of, levels_of, reduced


def _written(where: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return where


def _top(module: str) -> str | None:
    return module.split(".", maxsplit=1)[0] if module.split(".", maxsplit=1)[0] in {"a", "b", "c"} else None


def test_an_import_within_a_function_counts(tmp_path: Path) -> None:
    root = _written(tmp_path, {"a/x.py": "def f():\n    from b.y import z\n", "b/y.py": "z = 1\n", "c/__init__.py": ""})
    graph = imports_of(root, ["a", "b", "c"], _top)
    assert graph == {"a": {"b"}, "b": set(), "c": set()}


def test_names_that_import_each_other_are_one_group() -> None:
    graph = {"a": frozenset({"b"}), "b": frozenset({"a", "c"}), "c": frozenset[str]()}
    assert levels_of(graph) == [Level(groups=(("a", "b"),)), Level(groups=(("c",),))]


def test_an_import_that_follows_from_others_is_not_drawn() -> None:
    graph = {"a": frozenset({"b", "c"}), "b": frozenset({"c"}), "c": frozenset[str]()}
    assert reduced(graph) == {"a": {"b"}, "b": {"c"}, "c": set()}


def test_the_picture_has_all_packages_that_the_import_contract_names() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert set(PACKAGES) == set(contract["root_packages"])
    shown = {each.text for each in ET.fromstring(packages_svg()).iter("{http://www.w3.org/2000/svg}text")}
    assert shown == set(PACKAGES)


def test_the_picture_has_all_parts_of_the_harness() -> None:
    shown = {each.text for each in ET.fromstring(harness_svg()).iter("{http://www.w3.org/2000/svg}text")}
    there = {path.stem for path in (ROOT / "harness").glob("*.py")} | {
        path.parent.name for path in (ROOT / "harness").glob("*/__init__.py")
    }
    assert shown == there - {"__init__"}
