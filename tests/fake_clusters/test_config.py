"""A cluster is read as TOML spells it; what is wrong is named with what is accepted."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from connector.errors import TomlProblems
from connector.operations import Capability, Verb
from connector.tomlfile import parse_toml
from fake_clusters.config import ClusterTable, LimitsTable, OrderTable
from fake_clusters.distributions import Constant, Exponential, Lognormal
from fake_clusters.order import FIFO, LOOKS, Order, OrderKind, Visits
from fake_clusters.profile import LatencyPhase, LatencyPhaseKind, LoginPhase
from fake_clusters.profile_table import LatencyPhaseTable, LatencyTable, ProfileTable
from fake_clusters.profiles import load_profile
from fake_clusters.spec import ClusterLimits, ClusterSpec, InitialShare, LoginMethod, LoginSpec

WHOLE = """
dialect = "filer"
profile = "slow"
capabilities = ["mark", "snapshots"]

[latency]
default = "5ms"

[latency.login]
auth = 0.2

[latency.service]
create = { kind = "lognormal", median = "1s", p99 = "5s" }
snapshot-create = { kind = "exponential", mean = 2 }

[limits]
commands = 2
queue = 10
startups = [10, 30, 100]
capacity = "10 TiB"
share_size = "1 TiB"

[[latency_phases]]
kind = "brownout"
between = ["10s", "1m"]
factor = 4

[[latency_phases]]
kind = "outage"
between = [90, 95]
"""


def read(text: str) -> ClusterSpec:
    return ClusterTable.model_validate(tomllib.loads(text)).spec("north")


def test_an_empty_table_is_an_ordinary_instant_cluster_that_takes_every_login() -> None:
    assert read("") == ClusterSpec(name="north", login=LoginSpec(methods=tuple(LoginMethod)))


def test_a_file_with_every_key_is_read_whole() -> None:
    spec = read(WHOLE)
    slow = load_profile("slow")
    assert (spec.name, spec.dialect) == ("north", "filer")
    assert spec.capabilities == frozenset({Capability.MARK, Capability.SNAPSHOTS})
    assert spec.profile.name == "slow"
    assert spec.profile.service[Verb.CREATE] == Lognormal(median=1.0, p99=5.0)
    assert spec.profile.service[Verb.SNAPSHOT_CREATE] == Exponential(mean=2.0)
    assert spec.profile.service[Verb.DELETE] == slow.service[Verb.DELETE]
    assert spec.profile.login[LoginPhase.AUTH] == Constant(0.2)
    assert spec.profile.login[LoginPhase.KEX] == slow.login[LoginPhase.KEX]
    assert spec.profile.default == Constant(0.005)
    assert spec.profile.latency_phases == (
        LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=10, ends=60, factor=4),
        LatencyPhase(kind=LatencyPhaseKind.OUTAGE, begins=90, ends=95),
    )
    assert spec.limits == ClusterLimits(
        commands=2, queue=10, startups=(10, 30, 100), capacity=10 << 40, share_size=1 << 40
    )


def test_a_profile_may_start_from_a_shipped_one() -> None:
    profile = ProfileTable.model_validate({"base": "lan", "service": {"create": 2}}).profile()
    assert profile.name == "lan, adapted"
    assert profile.service[Verb.CREATE] == Constant(2.0)
    assert profile.service[Verb.DELETE] == load_profile("lan").service[Verb.DELETE]


def test_a_default_of_ones_own_replaces_what_the_base_says_of_single_verbs() -> None:
    profile = ProfileTable.model_validate({"base": "lan", "default": 1, "service": {"show": 3}}).profile()
    assert dict(profile.service) == {Verb.SHOW: Constant(3.0)}
    assert profile.default == Constant(1.0)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("order = 'fifo'", FIFO),
        ("order = 'priority'", Order(kind=OrderKind.PRIORITY, classes=(LOOKS,))),
        (
            "order = { kind = 'priority', classes = [['show', 'ping'], ['delete']] }",
            Order(kind=OrderKind.PRIORITY, classes=((Verb.SHOW, Verb.PING), (Verb.DELETE,))),
        ),
        (
            "[order]\nkind = 'in-turn'\nswitch = '20ms'\nvisits = 'gated'",
            Order(kind=OrderKind.IN_TURN, switch=0.02, visits=Visits.GATED),
        ),
    ],
)
def test_an_order_is_a_kind_by_name_or_a_table(text: str, order: Order) -> None:
    assert read(text).order == order


def test_a_profile_by_name_is_that_profile() -> None:
    assert ClusterTable.model_validate({"profile": "erratic"}).spec("n").profile == load_profile("erratic")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('profile = "slo"', r"profile.*no profile 'slo' \(did you mean 'slow'\?\); there are: instant, lan"),
        ("profile = 3", "a profile is a name"),
        ("dialekt = 3", r"dialekt.*unknown key \(did you mean 'dialect'\?\); accepted: algorithms, capabilities"),
        ("[limits]\ncommands = 0", r"cluster\.toml:2: limits\.commands"),
        ("[limits]\ncapacity = '10 GB!'", r"limits\.capacity.*a size is a whole number of bytes"),
        ("[limits]\nstartups = [10, 30, 5]", r"begin \(10\) must not be above full \(5\)"),
        ("[limits]\nstartups = [10, 130, 50]", "less than or equal to 100"),
        ("[latency.service]\ncrate = 1", r"did you mean 'create'"),
        ("[latency.service]\ncreate = 'soon'", r"cluster\.toml:2: latency\.service\.create.*a duration is"),
        ("[latency.login]\nauth = { kind = 'zipf' }", r"latency\.login\.auth.*kind is one of constant"),
        ("[[latency_phases]]\nkind = 'ramp'\nbetween = [2, 1]\nfactor = 2", "2 is not before 1"),
        ("[[latency_phases]]\nkind = 'ramp'\nbetween = [1, 2]", "needs a 'factor'"),
        ("[[latency_phases]]\nkind = 'outage'\nbetween = [1, 2]\nfactor = 2", "takes no 'factor'"),
        (
            "[[latency_phases]]\nkind = 'ramp'\nbetween = [1, 2]\nfactor = 2\nduty = 0.1",
            "'duty' is only for a latency phase of kind 'periodic'",
        ),
        ("capabilities = ['marks']", "did you mean 'mark'"),
        ("order = 'lifo'", "order.*'fifo', 'priority' or 'in-turn'"),
        ("order = 3", "an order is a kind \\(fifo, priority, in-turn\\) or a table"),
        ("[order]\nkind = 'in-turn'\nclasses = [['crate']]", r"did you mean 'create'"),
        ("[order]\nkind = 'priority'\nclasses = [['show'], []]", r"order\.classes"),
        ("[order]\nkind = 'priority'\nclasses = [['show'], ['show']]", "'show' is named twice; a verb is of one class"),
        ("[order]\nclasses = [['show']]", "'classes' is only for an order of kind 'priority' or 'in-turn'"),
        ("[order]\nkind = 'priority'\nswitch = 1", "'switch' is only for an order of kind 'in-turn'"),
        ("[order]\nkind = 'priority'\nvisits = 'gated'", "'visits' is only for an order of kind 'in-turn'"),
        (
            "order = { kind = 'in-turn', switch = 1 }\nlimits = { queue = 0 }",
            r"every command waits; 'limits\.queue' must be above 0",
        ),
    ],
)
def test_a_mistake_is_named_with_what_is_accepted(text: str, complaint: str) -> None:
    with pytest.raises(TomlProblems, match=f"(?s){complaint}"):
        parse_toml(text, "cluster.toml", ClusterTable)


def described(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    return ((f"{model.__name__}.{name}", field.description) for name, field in model.model_fields.items())


def test_every_key_is_described_and_the_schema_is_valid() -> None:
    tables = (ClusterTable, LatencyTable, LimitsTable, OrderTable, ProfileTable, LatencyPhaseTable)
    assert [name for table in tables for name, text in described(table) if not text] == []
    schema = ClusterTable.model_json_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(tomllib.loads(WHOLE))


def test_the_limits_of_a_table_are_those_of_the_model() -> None:
    assert LimitsTable().limits() == ClusterLimits()


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)
KEYS = st.sampled_from(sorted({*ClusterTable.model_fields, *ProfileTable.model_fields, *LimitsTable.model_fields}))


@given(st.dictionaries(KEYS, st.one_of(JSON, st.dictionaries(KEYS, JSON, max_size=3)), max_size=4))
def test_any_table_is_read_or_refused(table: dict[str, Any]) -> None:
    try:
        spec = ClusterTable.model_validate(table).spec("north")
    except ValidationError:
        return
    assert spec.name == "north"


FOREIGN = """
[[shares]]
name = "of-others"
size = "1 TiB"
mark = "spool/other-store/id"

[[shares]]
name = "by hand"
"""


def test_shares_that_are_there_at_first_are_read() -> None:
    assert read(FOREIGN).shares == (
        InitialShare(name="of-others", size=1 << 40, mark="spool/other-store/id"),
        InitialShare(name="by hand", size=1 << 30),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[shares]]\nname = "a"\n[[shares]]\nname = "a"\n', "'a' is there twice"),
        ("[limits]\nshares = 1\n" + FOREIGN, "2 are more than 'limits.shares', 1"),
        ('[limits]\ncapacity = "1 TiB"\n' + FOREIGN, "more than 'limits.capacity'"),
        ('[[shares]]\nname = ""\n', "name"),
        ('[[shares]]\nname = "a"\nsize = 0\n', "size"),
    ],
)
def test_shares_that_a_cluster_cannot_hold_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(text)
