"""The reference pipeline on the shipped families of storage, and on what makes them different from our own dialects."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.codes import Code
from connector.operations import Verb
from harness.journal import journal_of
from harness.scenario.scenario import Scenario
from harness.service.reference import with_design
from harness.virtual.runner import VirtualRunner
from pipeline.settings import Design
from reports.connector_lacks import weaker
from reports.history import EffectKind, Op, OpKind, OpResult
from reports.journal import Journal
from reports.sentences import conclusion
from reports.verdicts import Verdict
from tests.harness.families import FAMILIES, on_families


def judged(scenario: Scenario, *, seed: int = 2) -> Journal:
    return journal_of(scenario, VirtualRunner().run_now(scenario, seed=seed), seed=seed, world="virtual", command="")


def played(scenario: Scenario, *, seed: int = 2) -> Journal:
    """Of a run that breaks nothing."""
    journal = judged(scenario, seed=seed)
    broken = {row.invariant: row.summary for row in journal.findings if row.verdict is Verdict.INVALID}
    assert broken == {}
    return journal


COSTS = {
    "ontap": "no sequence numbers and request ids: S5, S6, S7, S8, L2",
    "storwize": "no sequence numbers, marks and request ids: S5, S6, S7, S8, S10, L2",
    "inform": "no sequence numbers and request ids: S5, S6, S7, S8, L2",
    "usershare": "no sequence numbers, marks of half-made shares and request ids: S5, S6, S7, S8, L2",
    "zfs": "no sequence numbers and request ids: S5, S6, S7, S8, L2",
}


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_is_provisioned_and_the_verdict_tells_what_its_connector_costs(family: str) -> None:
    journal = played(on_families(family))
    assert journal.verdict is Verdict.VALID
    made = {row.name for row in journal.history.effects if row.kind is EffectKind.CREATED}
    assert {row.name for row in journal.history.changes if row.after == "active"} == made != set()
    assert EffectKind.DELETED in {row.kind for row in journal.history.effects}
    assert f"Weaker on {family}, whose connector has {COSTS[family]} (see V2)." in conclusion(journal)
    (how,) = (row.summary for row in journal.findings if row.invariant == "V2")
    assert f"on {family}: no sequence numbers: S5, S7, S8, L2 hold as long as no command takes effect after" in how
    assert ("no marks: S8, L2 rest on names" in how) == (family == "storwize")
    assert "no request ids: S6, S8 are judged in a weaker form" in how


# --- what a connector lacks ---------------------------------------------------------------------------------------


def resizes(journal: Journal) -> Iterator[tuple[Op, int]]:
    """Those that were asked of a share that was active, each with the size that it had on its cluster."""
    for op in journal.history.ops:
        if op.kind is OpKind.RESIZE and op.cause != "share-not-active" and op.size is not None:
            sizes = [
                row.size
                for row in journal.history.effects
                if row.name == op.name and row.at < op.invoked_at and row.size is not None
            ]
            yield op, sizes[-1]


def unsupported(family: str, size: int, asked: int) -> bool:
    return family == "usershare" or asked < size


@pytest.mark.parametrize("family", ["usershare", "inform"])
def test_a_resize_that_a_connector_lacks_ends_with_the_old_size_and_the_reason(family: str) -> None:
    journal = played(on_families(family))
    refused = {op.share for op, size in resizes(journal) if unsupported(family, size, op.size or 0)}
    assert refused
    moves = [row for row in journal.history.changes if row.before == "updating" and row.after == "active"]
    told = [row for row in moves if row.share in refused and row.reason]
    assert {row.share for row in told} == refused
    assert all((row.reason or "").startswith("not resized: resize: unsupported at connector.exec") for row in told)
    tries = [row for row in journal.history.attempts if row.is_command and row.verb == Verb.RESIZE]
    assert all(row.tried == 1 for row in tries)  # nothing is gained by asking again
    assert {row.code for row in tries if row.result is not OpResult.OK} == {Code.UNSUPPORTED}
    if family == "usershare":
        assert EffectKind.RESIZED not in {row.kind for row in journal.history.effects}


@pytest.mark.parametrize("family", ["usershare", "inform"])
def test_a_blocking_service_says_at_once_what_its_connector_lacks(family: str) -> None:
    journal = judged(with_design(on_families(family), Design.BLOCKING))
    refused = [op for op, size in resizes(journal) if unsupported(family, size, op.size or 0)]
    assert refused
    assert {(op.result, op.status, op.cause) for op in refused} == {(OpResult.FAIL, 409, "cluster-refused")}


# --- operations of several commands -------------------------------------------------------------------------------

_SECOND = """
[[faults]]
kind = "{kind}"
verbs = ["create"]
attempts = [2]
{parameters}
"""


@pytest.mark.parametrize("family", ["usershare", "inform"])
@pytest.mark.parametrize("answer", ["error", "none", "success"])
def test_a_share_whose_second_command_half_succeeds_is_cleaned_up(family: str, answer: str) -> None:
    """The first command has made it half; the second leaves it so, whatever it says."""
    fault = _SECOND.format(kind="partial_effect", parameters=f'answer = "{answer}"')
    journal = played(on_families(family, more=fault))
    assert journal.verdict is Verdict.VALID
    struck = {str(row.key) for row in journal.history.injections}
    assert len(struck) > 3
    by_kind = {kind: [row.name for row in journal.history.effects if row.kind is kind] for kind in EffectKind}
    ended = {row.name: row.reason or "" for row in journal.history.changes if row.after == "failing"}
    assert struck <= set(by_kind[EffectKind.HALF_CREATED])
    assert struck & set(ended) <= set(by_kind[EffectKind.DELETED])
    assert struck & set(ended)
    assert all(ended[name].startswith("half-made") for name in struck & set(ended))


@pytest.mark.parametrize("family", ["usershare", "inform"])
def test_a_share_whose_second_command_is_refused_is_taken_back_at_once(family: str) -> None:
    fault = _SECOND.format(kind="error_exit", parameters='code = "quota"')
    journal = played(on_families(family, more=fault))
    assert journal.verdict is Verdict.VALID
    struck = {str(row.key) for row in journal.history.injections}
    assert len(struck) > 3
    ended = {row.name: row.reason or "" for row in journal.history.changes if row.after == "failing"}
    assert all(ended[str(name)].startswith("refused: create: quota") for name in struck)
    undone = {row.name: row.at for row in journal.history.effects if row.kind is EffectKind.DELETED}
    creates = [row for row in journal.history.attempts if row.is_command and row.verb == Verb.CREATE]
    assert {row.name for row in creates if undone.get(row.name, 0.0) <= (row.ended_at or 0.0)} >= struck


# --- shares that are whole later ----------------------------------------------------------------------------------


def test_a_job_that_outlives_its_command_is_looked_after_until_the_share_is_whole() -> None:
    """The command has 2 s, and the share is whole after 3 s; those that the load deletes meanwhile are not."""
    journal = played(on_families("ontap", more='latency = { background = "3s" }\n'))
    assert journal.verdict is Verdict.VALID
    half_made = {row.name: row.at for row in journal.history.effects if row.kind is EffectKind.HALF_CREATED}
    active = {row.name: row.at for row in reversed(journal.history.changes) if row.after == "active"}
    assert half_made.keys() >= active.keys() != set()
    assert all(at >= half_made[name] + 3.0 for name, at in active.items())
    assert not [row for row in journal.history.changes if "half-made" in (row.reason or "")]


def test_a_job_that_never_ends_is_cleaned_up_and_the_name_is_free() -> None:
    journal = played(on_families("ontap", more='latency = { background = "60s" }\n'))
    reasons = {row.reason for row in journal.history.changes if row.after == "failing"}
    assert "half-made: the share was not completed" in reasons
    assert not [row for row in journal.history.changes if row.after == "active"]


# --- a list at the top of a document ------------------------------------------------------------------------------

_JSON_TOOL = """
format = 1
name = "json-tool"
capabilities = ["mark"]

[commands]
create = "tool volume create {name} --bytes {size} [--owner {mark}] --json"
show = "tool volume show {name} --json"
list = "tool volume list --json"
resize = "tool volume resize {name} --bytes {size} --json"
delete = [{ use = "show" }, { send = "tool volume delete {name} --json" }]

[replies]
create = { form = "json", document = { ok = true } }
resize = { form = "json", document = { ok = true } }
delete = { form = "json", document = { ok = true } }

[replies.show]
form = "json"
document = "{rows}"
fields = { name = "/volume/name", size = "/volume/bytes", mark = "/tags/owner" }

[replies.list]
form = "json"
document = "{rows}"
fields = { name = "/volume/name", size = "/volume/bytes", mark = "/tags/owner" }

[refusals]
form = "json"
stream = "stdout"
document = { error = { code = "{code}", text = "{message}" } }
statuses = { "already-exists" = 3, "not-found" = 4, invalid = 5, busy = 6, internal = 9 }
"""

_PAST_THE_FENCE = """
[[faults]]
kind = "late_effect"
verbs = ["create"]
delay = "40s"
first = 3
"""


def test_a_list_that_is_a_json_array_is_swept_by(tmp_path: Path) -> None:
    (tmp_path / "tool.toml").write_text(_JSON_TOOL)
    journal = played(on_families("tool.toml", more=_PAST_THE_FENCE, attempts=1, folder=tmp_path))
    assert journal.verdict is Verdict.VALID
    late = {row.name for row in journal.history.effects if row.late}
    lists = [row for row in journal.history.attempts if row.is_command and row.verb == Verb.LIST]
    assert len(lists) > 5
    assert {row.result for row in lists} == {OpResult.OK}
    swept = {row.name for row in journal.history.attempts if ".sweep." in (row.request_id or "")}
    assert swept
    assert swept <= late


def test_what_lands_after_the_fence_breaks_what_the_verdict_calls_weaker() -> None:
    """A connector without sequence numbers that keeps marks is swept; of one that keeps none, nothing is."""
    swept, left = (judged(on_families(family, more=_PAST_THE_FENCE, attempts=1)) for family in ("zfs", "storwize"))
    assert swept.verdict is Verdict.VALID
    assert {row.name for row in swept.history.effects if row.late}
    broken = {row.invariant for row in left.findings if row.verdict is Verdict.INVALID}
    (note,) = left.clusters
    assert "L2" in broken <= set(weaker(note.lacks))
