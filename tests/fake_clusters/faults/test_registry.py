"""The table of faults is complete and consistent, and each kind changes only what it says."""

from dataclasses import fields
from pathlib import Path

import pytest

import fake_clusters.faults as package
from connector.codes import CATALOGUE, Code
from connector.values import replace
from fake_clusters.faults import FAULTS
from fake_clusters.faults.document import faults_markdown, parameter_texts, selector_keys
from fake_clusters.faults.error_exit import SENDABLE
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.selector import CallSelector
from fake_clusters.plans import CommandPlan
from fake_clusters.rules.rule import NoParameters

NOT_FAULTS = {
    "__init__",
    "fault",
    "parameters",
    "rule",
    "selector",
    "config",
    "active",
    "applied",
    "injector",
    "injections",
    "wrong_list",
    "document",
}
KINDS = list(FAULTS.values())


def test_every_file_is_one_fault_of_the_table() -> None:
    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")}

    assert files - NOT_FAULTS == set(FAULTS)


@pytest.mark.parametrize("kind", KINDS, ids=list(FAULTS))
def test_a_kind_changes_its_plan_with_its_default_parameters(kind: FaultKind) -> None:
    plan = kind.plan(service=1.0) if kind.plan is CommandPlan else kind.plan()
    parameters = kind.parameters() if kind.name != "slow_service" else kind.parameters(factor=2.0)

    changed = kind.apply(plan, parameters)

    assert type(changed) is kind.plan
    assert changed != plan


@pytest.mark.parametrize("kind", KINDS, ids=list(FAULTS))
def test_a_kind_leaves_the_plan_it_was_given_as_it_was(kind: FaultKind) -> None:
    plan = kind.plan()

    kind.apply(plan, kind.parameters())

    assert plan == kind.plan()


@pytest.mark.parametrize("kind", KINDS, ids=list(FAULTS))
def test_a_kind_says_what_it_does_and_what_is_seen(kind: FaultKind) -> None:
    assert kind.does.endswith(".")
    assert kind.seen.endswith(".")
    assert all(text.doc and text.accepts for text in parameter_texts(kind))


def test_no_parameter_has_the_name_of_a_selector_or_of_another_key_of_the_table() -> None:
    taken = {field.name for field in fields(CallSelector)} | {"kind", "label", "clusters", "between", "phase"}

    assert not [(kind.name, f.name) for kind in KINDS for f in fields(kind.parameters) if f.name in taken]


def test_slowness_adds_to_what_the_profile_drew() -> None:
    kind = FAULTS["slow_service"]

    changed = kind.apply(CommandPlan(service=2.0), kind.parameters(factor=3.0, add=0.5))

    assert changed == replace(CommandPlan(), service=6.5)


def test_the_codes_that_can_be_sent_are_those_with_an_exit_status() -> None:
    assert set(SENDABLE) == {code for code in Code if CATALOGUE[code].status is not None}
    assert Code.TIMEOUT not in SENDABLE


def test_standing_faults_are_chosen_by_time_alone() -> None:
    assert {kind.name for kind in KINDS if kind.standing} == {"refused", "read_only", "full"}
    assert all(selector_keys(kind) == ("between", "phase") for kind in KINDS if kind.standing)


def test_the_page_has_a_section_for_each_kind_with_its_parameters() -> None:
    page = faults_markdown()

    for kind in KINDS:
        section = page.split(f"## `{kind.name}`\n")[1].split("\n## ")[0]
        assert kind.does in section
        assert all(f"| `{text.name}` |" in section for text in parameter_texts(kind))
    assert "| `delay` | duration | `5s` |" in page


def test_kinds_without_parameters_share_one_empty_type() -> None:
    empty = [kind for kind in KINDS if not fields(kind.parameters)]

    assert all(kind.parameters is NoParameters for kind in empty)
