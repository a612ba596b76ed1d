"""The table of toxics is complete and consistent, and so is the page made from it."""

from dataclasses import fields
from pathlib import Path

import pytest

import harness.toxics as package
from fake_clusters.rules.rule import NoParameters
from harness.toxics import TOXICS
from harness.toxics.config import ToxicRuleTable
from harness.toxics.document import parameter_texts, toxics_markdown
from harness.toxics.toxic import ToxicKind

MACHINERY = {
    "__init__",
    "admin",
    "config",
    "connection",
    "document",
    "door",
    "errors",
    "kernel_door",
    "links",
    "pipe",
    "relay",
    "relays",
    "rule",
    "side",
    "stage",
    "toxic",
}
KINDS = list(TOXICS.values())

TOXIPROXY = {
    "latency": ["latency", "jitter"],
    "bandwidth": ["rate"],
    "slow_close": ["delay"],
    "timeout": ["timeout"],
    "reset_peer": ["timeout"],
    "slicer": ["average_size", "size_variation", "delay"],
    "limit_data": ["bytes"],
}
"""Its toxics with their attributes, from its README."""


def test_every_file_is_one_toxic_of_the_table() -> None:
    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")}
    assert files - MACHINERY == set(TOXICS)


def test_the_package_opens_with_a_map_of_its_files() -> None:
    assert package.__doc__ is not None
    assert [name for name in MACHINERY - {"__init__"} if f"\n{name}.py " not in package.__doc__] == []


@pytest.mark.parametrize("name", TOXIPROXY)
def test_each_toxic_of_toxiproxy_is_here_with_its_attributes(name: str) -> None:
    assert [text.name for text in parameter_texts(TOXICS[name])] == TOXIPROXY[name]
    assert TOXICS[name].counterpart.startswith(name)


@pytest.mark.parametrize("kind", KINDS, ids=list(TOXICS))
def test_a_kind_says_what_it_does_and_what_is_seen(kind: ToxicKind) -> None:
    assert kind.does.endswith(".")
    assert kind.seen.endswith(".")
    assert all(text.doc and text.accepts for text in parameter_texts(kind))


def test_no_parameter_has_the_name_of_another_key_of_the_table() -> None:
    taken = {*ToxicRuleTable.model_fields, "direction", "toxicity"}
    assert not [(kind.name, f.name) for kind in KINDS for f in fields(kind.parameters) if f.name in taken]


def test_kinds_without_parameters_share_one_empty_type() -> None:
    assert all(kind.parameters is NoParameters for kind in KINDS if not fields(kind.parameters))


def test_the_page_has_a_section_for_each_kind_with_its_parameters() -> None:
    page = toxics_markdown()
    for kind in KINDS:
        section = page.split(f"## `{kind.name}`\n")[1].split("\n## ")[0]
        assert kind.does in section
        assert all(f"| `{text.name}` |" in section for text in parameter_texts(kind))
        assert f"\n| `{kind.name}` | " in page.split("## For users of Toxiproxy")[1]
