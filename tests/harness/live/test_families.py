"""The shipped families of storage on real sockets: all five in one run, whose sweeps meet lists that are wrong."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from connector.operations import Verb
from connector.values import replace
from harness.journal import journal_of
from harness.live.runner import LiveRunner
from harness.world_name import WorldName
from reports.history import EffectKind, History, OpResult
from reports.journal import Journal
from reports.sentences import conclusion
from reports.verdicts import Verdict
from tests.harness.families import FAMILIES, on_families
from tests.harness.live.scenes import invalid, played_with_room

pytestmark = pytest.mark.slow

_WRONG_LISTS = """
[[faults]]
kind = "stale_list"
clusters = ["ontap", "usershare"]
age = "1m"
[[faults]]
kind = "incomplete_list"
clusters = ["inform", "zfs"]
missing = 1000
"""
_LISTS = {"ontap": "stale_list", "usershare": "stale_list", "inform": "incomplete_list", "zfs": "incomplete_list"}


@dataclass(frozen=True, kw_only=True)
class Live:
    """A run, and what its processor logged."""

    journal: Journal
    log: str


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Live:
    logs = tmp_path_factory.mktemp("logs")
    mix = "create = 6, resize = 2, delete = 1"
    scenario = replace(on_families(*FAMILIES, more=_WRONG_LISTS, rate=10.0, duration=4.0, mix=mix), fence=0.5)
    played = asyncio.run(LiveRunner(logs=logs).run(scenario, seed=3))
    journal = journal_of(scenario, played, seed=3, world=WorldName.LIVE, command="")
    return Live(journal=journal, log="".join(path.read_text() for path in sorted(logs.glob("processor*"))))


def made(history: History, family: str) -> Mapping[str, EffectKind]:
    return {row.name: row.kind for row in history.effects if row.cluster == family}


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_is_provisioned_over_ssh(live: Live, family: str) -> None:
    history = live.journal.history
    assert live.journal.verdict is Verdict.VALID
    active = {row.name for row in history.changes if row.location == family and row.after == "active"}
    created = {row.name for row in history.effects if row.cluster == family and row.kind is EffectKind.CREATED}
    assert active == created != set()
    commands = [row for row in history.attempts if row.is_command and row.location == family]
    assert {row.verb for row in commands} >= {Verb.CREATE, Verb.SHOW, Verb.CAPABILITIES}
    assert not [row for row in commands if row.result is OpResult.INFO]
    assert family in conclusion(live.journal)


@pytest.mark.parametrize("family", _LISTS)
def test_a_list_that_is_wrong_is_found_out_and_nothing_is_reported_from_it(live: Live, family: str) -> None:
    struck = [row for row in live.journal.history.injections if row.cluster == family]
    assert {row.fault for row in struck} == {_LISTS[family]}
    assert f"{family}: its list is not believed: show says otherwise of" in live.log
    assert not [note for note in live.journal.notes if "missing" in note]


_HARDSHIPS = """
[[faults]]
kind = "reply_lost"
verbs = ["create"]
first = 2
[[faults]]
kind = "partial_effect"
verbs = ["create"]
every = 4
[[faults]]
kind = "disconnect_after"
verbs = ["create", "delete"]
every = 5
[[faults]]
kind = "truncated"
verbs = ["show"]
probability = 0.2
[[nemesis]]
at = "3s"
kind = "kill"
target = "processor"
duration = "500ms"
"""


@pytest.mark.soak
@pytest.mark.parametrize("family", FAMILIES)
async def test_each_family_survives_lost_replies_half_made_shares_and_a_kill_over_ssh(family: str) -> None:
    mix = "create = 6, resize = 2, delete = 2, recreate = 1"
    hard = on_families(family, more=_HARDSHIPS, rate=8.0, duration=8.0, mix=mix)
    scenario, played = await played_with_room(hard, seed=5)
    assert invalid(scenario, played) == {}
    assert {row.fault for row in played.history.injections} >= {"reply_lost", "partial_effect"}
    assert [row.action for row in played.history.nemesis][:1] == ["kill"]
