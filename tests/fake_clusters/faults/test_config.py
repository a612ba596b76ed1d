"""Faults as files and request bodies spell them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from connector.codes import Code
from connector.errors import TomlProblems
from connector.operations import Verb
from connector.tomlfile import parse_toml
from fake_clusters.errors import FaultError
from fake_clusters.faults import FAULTS
from fake_clusters.faults.config import AnyFault, FaultTable, read_fault
from fake_clusters.faults.error_exit import ErrorExit
from fake_clusters.faults.late_effect import LateEffect
from fake_clusters.faults.parameters import ReplyMode
from fake_clusters.faults.selector import CallSelector, Per
from fake_clusters.rules.rule import ALWAYS, Window


class File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    faults: list[AnyFault] = []


def read(text: str) -> list[FaultTable]:
    return parse_toml(text, "north.toml", File).faults


def problem(text: str) -> str:
    with pytest.raises(TomlProblems) as caught:
        read(text)
    return str(caught.value)


@pytest.mark.parametrize("name", FAULTS)
def test_every_kind_can_be_named_alone(name: str) -> None:
    rule = read_fault({"kind": name}).rule()

    assert rule.kind is FAULTS[name]
    assert rule.parameters == FAULTS[name].parameters()
    assert (rule.label, rule.window, rule.selector) == (name, ALWAYS, CallSelector())


def test_all_keys_of_a_table_reach_the_rule() -> None:
    (table,) = read("""
        [[faults]]
        kind = "late_effect"
        label = "slow writers"
        clusters = ["north", "south"]
        delay = "3s"
        answer = "error"
        probability = 0.5
        first = 4
        every = 2
        per = "key"
        keys = ["home-*"]
        verbs = ["create", "delete"]
        attempts = [1, 2]
        between = ["5s", 12]
    """)

    rule = table.rule()

    assert (rule.label, rule.window) == ("slow writers", Window(begins=5.0, ends=12.0))
    assert rule.parameters == LateEffect(delay=3.0, answer=ReplyMode.ERROR)
    assert rule.selector == CallSelector(
        clusters=("north", "south"),
        probability=0.5,
        first=4,
        every=2,
        per=Per.KEY,
        keys=("home-*",),
        verbs=(Verb.CREATE, Verb.DELETE),
        attempts=(1, 2),
    )


def test_a_phase_is_the_window_that_the_schedule_gives_it() -> None:
    rule = read_fault({"kind": "refused", "phase": "chaos"}).rule({"chaos": (2.0, 9.0)})

    assert rule.window == Window(begins=2.0, ends=9.0)


def test_an_unknown_phase_names_the_known_ones() -> None:
    table = read_fault({"kind": "hang", "phase": "chaso"})

    with pytest.raises(FaultError, match="phase: unknown phase 'chaso'; accepted: calm, chaos"):
        table.rule({"calm": (0.0, 1.0), "chaos": (1.0, 2.0)})


def test_error_exit_takes_each_code_that_a_connector_can_send() -> None:
    (table,) = read('faults = [{ kind = "error_exit", code = "quota", early = true }]')

    assert table.rule().parameters == ErrorExit(code=Code.QUOTA, early=True)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('kind = "hang"\ndelay = 3', "north.toml:3: faults[0].delay: unknown key; accepted: attempts, between,"),
        ('kind = "late_effect"\ndealy = 3', "north.toml:3: faults[0].dealy: unknown key (did you mean 'delay'?);"),
        ('kind = "late_effect"\ndelay = "3 parsecs"', "north.toml:3: faults[0].delay: a duration is"),
        (
            'kind = "hagn"',
            "north.toml:2: faults[0].kind: unknown fault 'hagn' (did you mean 'hang'?); accepted: auth",
        ),
        ('label = "x"', "faults[0].kind: is required"),
        ('knid = "hang"', "north.toml:2: faults[0].knid: unknown key (did you mean 'kind'?); accepted: "),
        ('kind = "full"\nprobability = 0.5', "north.toml:3: faults[0].probability: unknown key; accepted: between,"),
        ('kind = "full"\nfirst = 1', "north.toml:3: faults[0].first: unknown key; accepted: between, clusters,"),
        ('kind = "auth_slow"\nkeys = ["a"]', "north.toml:3: faults[0].keys: unknown key; accepted: attempts,"),
        ('kind = "error_exit"\ncode = "timeout"', "faults[0].code: no connector sends 'timeout'; accepted: already"),
        ('kind = "hang"\nprobability = 1.5', "faults[0].probability: must be less than or equal to 1 (got 1.5)"),
        ('kind = "hang"\nprobability = 0', "faults[0].probability: must be greater than 0 (got 0)"),
        ('kind = "hang"\nfirst = 0', "faults[0].first: must be greater than or equal to 1 (got 0)"),
        ('kind = "hang"\nbetween = [5, 2]', "faults[0].between: must begin before it ends"),
        ('kind = "hang"\nbetween = [1, 2]\nphase = "x"', "faults[0]: 'between' and 'phase' both say when"),
        (
            'kind = "partial_effect"\nverbs = ["delete"]',
            "verbs: partial_effect does not apply to delete; accepted: create",
        ),
        ('kind = "truncated"\nkeep = 2', "faults[0].keep: must be less than or equal to 1 (got 2)"),
        ('kind = "drip"\nrate = 0', "faults[0].rate: must be greater than or equal to 0.001 (got 0)"),
        ('kind = "drip"\nrate = 1e300', "faults[0].rate: must be less than or equal to 1000000000 (got 1e+300)"),
        ('kind = "oversized"\nextra = "100 TB"', "extra: must be less than or equal to 10000000000 (got '100 TB')"),
    ],
)
def test_a_mistake_is_refused_with_its_line_its_key_and_what_is_accepted(line: str, message: str) -> None:
    assert message in problem(f"[[faults]]\n{line}\n")


def test_the_schema_for_editors_accepts_what_the_model_accepts_and_knows_each_kind() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(File.model_json_schema())

    assert validator.is_valid({"faults": [{"kind": "late_effect", "delay": "3s", "verbs": ["create"]}]})
    assert not validator.is_valid({"faults": [{"kind": "hang", "delay": "3s"}]})
    assert not validator.is_valid({"faults": [{"kind": "no-such-fault"}]})
    assert not validator.is_valid({"faults": [{"kind": "error_exit", "code": "timeout"}]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = [
    "kind",
    "label",
    "clusters",
    "between",
    "phase",
    "probability",
    "first",
    "keys",
    "verbs",
    "delay",
    "code",
    "how",
]


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(list(FAULTS)) | JSON) | JSON)
def test_whatever_is_given_is_a_rule_or_a_refusal(value: Any) -> None:
    try:
        table = read_fault(value)
    except ValidationError:
        return
    assert table.rule({table.phase: (0.0, 1.0)} if table.phase else {}).kind.name == value["kind"]
