"""Clauses about what a connector may or may not claim: marks, access rules, snapshots. Each is proven both ways."""

from connector.codes import Code
from connector.operations import (
    Access,
    Allow,
    Capability,
    CreateSnapshot,
    DeleteSnapshot,
    Deny,
    List,
    ListSnapshots,
    Resize,
    SnapshotsReply,
)
from connector.outcomes import Done
from connector.values import replace
from harness.contract.clause import Clause, must, should
from harness.contract.expect import reply_of
from harness.contract.findings import Violation
from harness.contract.probe import ClauseProbe

__all__ = ["CLAUSES"]


async def mark_is_kept(probe: ClauseProbe) -> None:
    """A mark is kept with the share and shown."""
    made = await probe.make(probe.create(mark=probe.mark("a")))
    if (shown := (await probe.there(made.name)).mark) != made.mark:
        raise Violation(f"the mark was {made.mark!r}, and show has {shown!r}")


async def list_selects_by_mark(probe: ClauseProbe) -> None:
    """`list` with a mark has the shares of that mark and of those below it, and no other."""
    mark = probe.mark()
    wanted = {(await probe.make(probe.create(mark=each))).name for each in (mark, f"{mark}/a", f"{mark}/a/b")}
    for other in (f"{mark}x", probe.mark(), None):
        await probe.make(probe.create(mark=other))
    listed = set(await probe.listed(mark))
    if listed != wanted:
        raise Violation(f"missing: {sorted(wanted - listed)}; too many: {sorted(listed - wanted)}")


async def list_has_all_marks(probe: ClauseProbe) -> None:
    """`list` without a mark has shares of every mark and of none."""
    made = [await probe.make(probe.create(mark=mark)) for mark in (probe.mark(), None)]
    listed = await probe.listed()
    if missing := [each.name for each in made if each.name not in listed]:
        raise Violation(f"list does not have {missing}")


async def delete_respects_marks(probe: ClauseProbe) -> None:
    """A delete with a mark that the share does not carry is refused as `not-found`, and the share stays."""
    made = await probe.make(probe.create(mark=probe.mark()))
    for mark in (probe.mark(), f"{made.mark}x"):
        await probe.refused(probe.delete(made.name, mark=mark), Code.NOT_FOUND)
    await probe.there(made.name)
    await probe.done(probe.delete(made.name, mark=made.mark))


async def without_marks(probe: ClauseProbe) -> None:
    """Without the capability `mark`, no mark is shown, and a `list` with one is refused."""
    made = await probe.make(probe.create(mark=probe.mark()))
    if (shown := (await probe.there(made.name)).mark) is not None:
        raise Violation(f"it claims no marks, and shows {shown!r}")
    if probe.carries(asked := List(mark=probe.mark())):
        await probe.refused(asked, Code.UNSUPPORTED, Code.INVALID)


async def allows(probe: ClauseProbe) -> None:
    """`allow` makes an access rule that `show` has."""
    made = await probe.make()
    await probe.done(_allow(probe, made.name, Access.READ_WRITE))
    await _rules(probe, made.name, {probe.parameters.client: Access.READ_WRITE})


async def allow_replaces(probe: ClauseProbe) -> None:
    """A second `allow` for the same client replaces what the first granted."""
    made = await probe.make()
    await probe.done(_allow(probe, made.name, Access.READ_WRITE))
    await probe.done(_allow(probe, made.name, Access.READ_ONLY))
    await _rules(probe, made.name, {probe.parameters.client: Access.READ_ONLY})


async def denies(probe: ClauseProbe) -> None:
    """`deny` removes the rule of that client, and no other."""
    made = await probe.make()
    await probe.done(_allow(probe, made.name, Access.READ_WRITE))
    other = probe.parameters.other_client
    await probe.done(Allow(name=made.name, client=other, access=Access.READ_ONLY, stamp=probe.stamp()))
    await probe.done(Deny(name=made.name, client=probe.parameters.client, stamp=probe.stamp()))
    await _rules(probe, made.name, {other: Access.READ_ONLY})


async def deny_without_rule(probe: ClauseProbe) -> None:
    """`deny` for a client without a rule is done, and changes nothing."""
    made = await probe.make()
    await probe.done(Deny(name=made.name, client=probe.parameters.client, stamp=probe.stamp()))
    await _rules(probe, made.name, {})


async def allow_unknown(probe: ClauseProbe) -> None:
    """`allow` on a name that does not exist is refused as `not-found`, and makes nothing."""
    name = probe.name()
    await probe.refused(_allow(probe, name, Access.READ_WRITE), Code.NOT_FOUND)
    await probe.gone(name)


async def rules_end_with_the_share(probe: ClauseProbe) -> None:
    """A share that is created again under a deleted name has none of the old access rules."""
    made = await probe.make()
    await probe.done(_allow(probe, made.name, Access.READ_WRITE))
    await probe.done(probe.delete(made.name))
    await probe.done(probe.create(made.name))
    await _rules(probe, made.name, {})


async def without_rules(probe: ClauseProbe) -> None:
    """Without the capability `access-rules`, `allow` is refused and no rule is shown."""
    made = await probe.make()
    await probe.refused(_allow(probe, made.name, Access.READ_WRITE), Code.UNSUPPORTED)
    await _rules(probe, made.name, {})


async def snapshot_is_made(probe: ClauseProbe) -> None:
    """`snapshot-create` makes a snapshot that `snapshot-list` has."""
    made = await probe.make()
    await probe.done(_snapshot(probe, made.name, "s1"))
    if (names := await _snapshots(probe, made.name)) != ["s1"]:
        raise Violation(f"snapshot-list has {names}")


async def snapshot_is_deleted(probe: ClauseProbe) -> None:
    """`snapshot-delete` removes that snapshot, and no other."""
    made = await probe.make()
    for snapshot in ("s1", "s2"):
        await probe.done(_snapshot(probe, made.name, snapshot))
    await probe.done(_unsnapshot(probe, made.name, "s1"))
    if (names := await _snapshots(probe, made.name)) != ["s2"]:
        raise Violation(f"snapshot-list has {names}")


async def snapshot_exists(probe: ClauseProbe) -> None:
    """A snapshot of a name that the share has is refused as `already-exists`."""
    made = await probe.make()
    await probe.done(_snapshot(probe, made.name, "s1"))
    await probe.refused(_snapshot(probe, made.name, "s1"), Code.ALREADY_EXISTS)
    if (names := await _snapshots(probe, made.name)) != ["s1"]:
        raise Violation(f"snapshot-list has {names}")


async def snapshot_unknown(probe: ClauseProbe) -> None:
    """`snapshot-delete` of a snapshot that does not exist is refused as `not-found`."""
    made = await probe.make()
    await probe.refused(_unsnapshot(probe, made.name, "s1"), Code.NOT_FOUND)


async def snapshots_keep_the_share(probe: ClauseProbe) -> None:
    """A delete of a share that has snapshots is refused as `not-empty`, and removes neither."""
    made = await probe.make()
    await probe.done(_snapshot(probe, made.name, "s1"))
    await probe.refused(probe.delete(made.name), Code.NOT_EMPTY)
    await probe.there(made.name)
    if (names := await _snapshots(probe, made.name)) != ["s1"]:
        raise Violation(f"snapshot-list has {names}")


async def without_snapshots(probe: ClauseProbe) -> None:
    """Without the capability `snapshots`, the snapshot operations are refused."""
    made = await probe.make()
    await probe.refused(_snapshot(probe, made.name, "s1"), Code.UNSUPPORTED)
    await probe.refused(ListSnapshots(name=made.name), Code.UNSUPPORTED)


async def without_sequence(probe: ClauseProbe) -> None:
    """Without the capability `sequence`, an older number has its effect as any other: else it is to be claimed."""
    made = await probe.make(probe.create(sequence=9))
    await probe.done(replace(probe.resize(made.name), stamp=probe.stamp(sequence=3)))
    if (await probe.there(made.name)).size < probe.parameters.larger:
        raise Violation("it was answered as done, and nothing happened")


async def without_not_after(probe: ClauseProbe) -> None:
    """Without the capability `not-after`, a command that comes late has its effect: else it is to be claimed."""
    made = await probe.make()
    late = Resize(name=made.name, size=probe.parameters.larger, stamp=probe.stamp(not_after=1.0))
    if not isinstance(outcome := await probe.ask(late), Done):
        raise Violation(f"it refuses what comes late, and does not claim that: {outcome.code}")


def _allow(probe: ClauseProbe, name: str, access: Access) -> Allow:
    return Allow(name=name, client=probe.parameters.client, access=access, stamp=probe.stamp())


def _snapshot(probe: ClauseProbe, name: str, snapshot: str) -> CreateSnapshot:
    return CreateSnapshot(name=name, snapshot=snapshot, stamp=probe.stamp())


def _unsnapshot(probe: ClauseProbe, name: str, snapshot: str) -> DeleteSnapshot:
    return DeleteSnapshot(name=name, snapshot=snapshot, stamp=probe.stamp())


async def _rules(probe: ClauseProbe, name: str, wanted: dict[str, Access]) -> None:
    shown = {rule.client: rule.access for rule in (await probe.there(name)).rules}
    if shown != wanted:
        raise Violation(f"show has the rules {_words(shown)}, and they have to be {_words(wanted)}")


def _words(rules: dict[str, Access]) -> str:
    return ", ".join(f"{client} {access}" for client, access in rules.items()) or "none"


async def _snapshots(probe: ClauseProbe, name: str) -> list[str]:
    reply = reply_of(ListSnapshots(name=name), await probe.ask(ListSnapshots(name=name)))
    assert isinstance(reply, SnapshotsReply)
    return sorted(each.snapshot for each in reply.snapshots)


_MARK, _RULES, _SNAPSHOTS = Capability.MARK, Capability.ACCESS_RULES, Capability.SNAPSHOTS

CLAUSES: tuple[Clause, ...] = (
    must("mark.is-kept", mark_is_kept, claims=_MARK),
    must("mark.selects-in-list", list_selects_by_mark, claims=_MARK),
    must("mark.list-without-one", list_has_all_marks, claims=_MARK),
    must("mark.protects-from-delete", delete_respects_marks, claims=_MARK),
    must("mark.unclaimed", without_marks, unclaimed=_MARK),
    must("access.allow-makes-a-rule", allows, claims=_RULES),
    must("access.allow-replaces", allow_replaces, claims=_RULES),
    must("access.deny-removes-the-rule", denies, claims=_RULES),
    must("access.deny-without-a-rule", deny_without_rule, claims=_RULES),
    must("access.of-an-unknown-name", allow_unknown, claims=_RULES),
    must("access.ends-with-the-share", rules_end_with_the_share, claims=_RULES),
    must("access.unclaimed", without_rules, unclaimed=_RULES),
    must("snapshot.is-made", snapshot_is_made, claims=_SNAPSHOTS),
    must("snapshot.is-deleted", snapshot_is_deleted, claims=_SNAPSHOTS),
    must("snapshot.of-an-existing-name", snapshot_exists, claims=_SNAPSHOTS),
    must("snapshot.of-an-unknown-name", snapshot_unknown, claims=_SNAPSHOTS),
    must("snapshot.keeps-the-share", snapshots_keep_the_share, claims=_SNAPSHOTS),
    must("snapshot.unclaimed", without_snapshots, unclaimed=_SNAPSHOTS),
    should("sequence.unclaimed", without_sequence, unclaimed=Capability.SEQUENCE),
    should("not-after.unclaimed", without_not_after, unclaimed=Capability.NOT_AFTER),
)
