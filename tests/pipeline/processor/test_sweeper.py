"""The sweeper: it deletes shares whose records this store removed, and reports what contradicts the records."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from connector.codes import Code
from connector.operations import Capability, Delete, List, Request, ShareView, Show
from connector.outcomes import Outcome, refusal
from connector.protocol import Deadlines
from connector.sites import Site
from connector.values import replace
from pipeline.findings import FindingKind, SweepFinding
from pipeline.lasting import keep_on
from pipeline.marks import Marks
from pipeline.processor.cluster import Cluster
from pipeline.processor.sweeper import Sweep, Sweeper
from pipeline.record import Claim
from pipeline.settings import BreakerSettings, RetrySettings, SweeperSettings
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from tests.pipeline.processor.bench import Bench
from tests.pipeline.processor.model_cluster import ALL, ModelCluster
from tests.pipeline.store.stores import HandClock, Store, accepted, as_of_schema_1, new_share

LONG = 100.0
"""Seconds; longer than any grace here."""


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store.db", clock) as opened:
        yield opened


def sweeper(store: Store, clock: HandClock, model: ModelCluster, *, at_most: int = 10, name: str = "north") -> Sweeper:
    cluster = Cluster(
        name=name,
        connector=model,
        deadlines=Deadlines(),
        width=1,
        breaker=BreakerSettings(),
        retry=RetrySettings(),
        seed=0,
        log=store,
        clock=clock,
    )
    settings = SweeperSettings(every=0.001, grace=5.0, at_most=at_most)
    marks = Marks(owner="spool", store=store.identity)
    return Sweeper(
        cluster=cluster, jobs=store, reads=store, marks=marks, settings=settings, retry=RetrySettings(), clock=clock
    )


def bench(store: Store, clock: HandClock, model: ModelCluster, name: str = "home") -> Bench:
    return Bench(store=store, clock=clock, model=model, name=name)


async def removed(store: Store, name: str, *, location: str = "north") -> ShareView:
    """The share of a record that was made and removed again, as a late create leaves it."""
    await accepted(store, new_share(name, location=location))
    claim = await store.claim(None, owner="p", lease=1.0)
    assert isinstance(claim, Claim)
    failing = await store.move(claim, ShareState.FAILING, reason="no reason")
    assert failing is not None
    assert await store.remove(failing)
    mark = f"spool/{store.identity.id}/id-{location}-{name}"
    return ShareView(name=name, size=10, mark=mark)


def kinds(sweep: Sweep) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.name) for finding in sweep.findings]


async def swept_for_long(one: Sweeper, clock: HandClock) -> Sweep:
    await one.sweep()
    clock.forward(LONG)
    return await one.sweep()


async def test_an_orphan_is_deleted_with_its_mark_once_it_is_older_than_the_grace(
    store: Store, clock: HandClock
) -> None:
    model = ModelCluster()
    model.shares["lost"] = orphan = await removed(store, "lost")
    one = sweeper(store, clock, model)
    assert await one.sweep() == Sweep()
    clock.forward(4.9)
    assert await one.sweep() == Sweep()
    clock.forward(0.1)
    assert await one.sweep() == Sweep(deleted=("id-north-lost",))
    assert model.shares == {}
    [delete] = model.commands()
    assert isinstance(delete, Delete)
    assert delete.mark == orphan.mark


async def test_a_share_seen_again_after_it_was_gone_begins_a_new_grace(store: Store, clock: HandClock) -> None:
    model = ModelCluster()
    orphan = await removed(store, "lost")
    one = sweeper(store, clock, model)
    for present in (True, False, True):
        model.shares = {"lost": orphan} if present else {}
        assert await one.sweep() == Sweep()
        clock.forward(10.0)
    assert await one.sweep() == Sweep(deleted=("id-north-lost",))


@pytest.mark.parametrize("mark", [None, "portal-of-others/gone", "spool-too/a/gone", "spool", "spool/a/b/gone", "/"])
async def test_what_does_not_carry_our_owners_mark_is_neither_touched_nor_reported(
    store: Store, clock: HandClock, mark: str | None
) -> None:
    model = ModelCluster()
    model.shares["lost"] = ShareView(name="lost", size=1, mark=mark)
    assert await swept_for_long(sweeper(store, clock, model), clock) == Sweep()
    assert model.commands() == []


async def test_a_second_pipeline_with_the_same_owner_sweeps_nothing_of_the_first(
    store: Store, clock: HandClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = bench(store, clock, ModelCluster())
    await first.create()
    await first.settle()
    async with open_store(tmp_path / "second.db", clock) as second:
        await removed(second, "used-once")
        one = sweeper(second, clock, first.model)
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                assert kinds(await swept_for_long(one, clock)) == [(FindingKind.FOREIGN_STORE, "home")]
        assert await second.finding_counts() == {"foreign-store": 1}
    await first.assert_clean()
    assert caplog.text.count(f"was made by the store {store.identity.id}") == 1, "it is said once"


async def test_a_store_that_was_made_anew_in_the_place_of_another_sweeps_nothing(
    clock: HandClock, tmp_path: Path
) -> None:
    path, model = tmp_path / "pipeline.db", ModelCluster()
    async with open_store(path, clock) as before:
        one = bench(before, clock, model)
        await one.create()
        await one.settle()
    for file in tmp_path.glob("pipeline.db*"):
        file.unlink()
    async with open_store(path, clock) as anew:
        found = await swept_for_long(sweeper(anew, clock, model), clock)
    assert kinds(found) == [(FindingKind.FOREIGN_STORE, "home")]
    assert "home" in model.shares


async def test_a_store_restored_from_a_backup_sweeps_nothing_that_was_made_since(
    clock: HandClock, tmp_path: Path
) -> None:
    model = ModelCluster()
    async with open_store(tmp_path / "pipeline.db", clock) as live:
        await removed(live, "long-gone")
    shutil.copy(tmp_path / "pipeline.db", tmp_path / "backup.db")
    async with open_store(tmp_path / "pipeline.db", clock) as live:
        since = bench(live, clock, model)
        await since.create()
        await since.settle()
    async with open_store(tmp_path / "backup.db", clock) as restored:
        found = await swept_for_long(sweeper(restored, clock, model), clock)
        assert kinds(found) == [(FindingKind.UNTRACED, "home")]
    assert "home" in model.shares


async def test_two_stores_with_one_id_do_not_sweep_each_others_shares(clock: HandClock, tmp_path: Path) -> None:
    async with open_store(tmp_path / "one.db", clock):
        pass
    shutil.copy(tmp_path / "one.db", tmp_path / "two.db")
    model = ModelCluster()
    async with open_store(tmp_path / "one.db", clock) as one, open_store(tmp_path / "two.db", clock) as two:
        assert one.identity == two.identity
        for owner, name in ((one, "of-one"), (two, "of-two")):
            made = bench(owner, clock, model, name)
            await made.create()
            await made.settle()
        assert kinds(await swept_for_long(sweeper(one, clock, model), clock)) == [(FindingKind.UNTRACED, "of-two")]
        assert kinds(await swept_for_long(sweeper(two, clock, model), clock)) == [(FindingKind.UNTRACED, "of-one")]
    assert set(model.shares) == {"of-one", "of-two"}


@pytest.mark.parametrize("change", [{"name": "clone"}, {"location": "south"}])
async def test_a_clone_or_a_replica_that_took_the_mark_along_is_not_swept(
    store: Store, clock: HandClock, change: dict[str, str]
) -> None:
    """Tools on a cluster copy a share with its comment; what was removed is the one name at the one location."""
    model = ModelCluster()
    view = replace(await removed(store, "lost"), name=change.get("name", "lost"))
    model.shares[view.name] = view
    one = sweeper(store, clock, model, name=change.get("location", "north"))
    assert kinds(await swept_for_long(one, clock)) == [(FindingKind.UNTRACED, view.name)]
    assert model.commands() == []


async def test_more_orphans_at_once_than_allowed_are_all_held_back_until_somebody_says_so(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    model = ModelCluster()
    for name in ("a", "b", "c"):
        model.shares[name] = await removed(store, name)
    with caplog.at_level(logging.ERROR):
        held = await swept_for_long(sweeper(store, clock, model, at_most=2), clock)
    assert kinds(held) == [(FindingKind.HELD_BACK, name) for name in ("a", "b", "c")]
    assert model.commands() == []
    assert "sweeper.at_most = 2: raise it" in caplog.text
    assert await store.finding_counts() == {"held-back": 3}

    allowed = await swept_for_long(sweeper(store, clock, model, at_most=3), clock)
    assert len(allowed.deleted) == 3
    assert model.shares == {}
    assert await store.finding_counts() == {}


async def test_a_share_whose_record_is_pending_stays(store: Store, clock: HandClock) -> None:
    one = bench(store, clock, ModelCluster())
    await one.create()
    one.model.shares["home"] = ShareView(name="home", size=10, mark=f"spool/{store.identity.id}/id-north-home")
    assert await swept_for_long(sweeper(store, clock, one.model), clock) == Sweep()


async def test_shares_of_a_store_from_before_marks_named_stores_keep_their_marks(
    clock: HandClock, tmp_path: Path
) -> None:
    """Their records are known, so they are ours; a mark that names no store and no record of ours is nobody's."""
    path, model = tmp_path / "old.db", ModelCluster()
    async with open_store(path, clock) as store:
        await accepted(store, new_share("home"))
    as_of_schema_1(path)
    async with open_store(path, clock) as store:
        assert store.identity.older_rows == 1
        one = bench(store, clock, model)
        await one.settle()
        assert model.shares["home"].mark == "spool/id-north-home"
        model.shares["stranger"] = ShareView(name="stranger", size=1, mark="spool/whoever")
        found = await swept_for_long(sweeper(store, clock, model), clock)
        assert kinds(found) == [(FindingKind.UNTRACED, "stranger")]
        later = bench(store, clock, model, "later")
        await later.create()
        await later.settle()
        assert model.shares["later"].mark == f"spool/{store.identity.id}/id-north-later"
        await one.delete()
        await one.settle()
        assert "home" not in model.shares


async def test_the_id_of_a_store_is_made_once(clock: HandClock, tmp_path: Path) -> None:
    async with open_store(tmp_path / "a.db", clock) as one, open_store(tmp_path / "a.db", clock) as again:
        assert one.identity == again.identity
    async with open_store(tmp_path / "a.db", clock) as later, open_store(tmp_path / "b.db", clock) as other:
        assert later.identity == one.identity
        assert later.identity != other.identity


async def test_an_active_record_without_a_share_is_reported_once_and_never_created_again(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    one = bench(store, clock, ModelCluster())
    await one.create()
    await one.settle()
    model = one.model
    share = model.shares.pop("home")
    clock.forward(1.0)
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            assert kinds(await sweeper(store, clock, model).sweep()) == [(FindingKind.MISSING, "home")]
    assert caplog.text.count("is not on the cluster") == 1
    assert model.shares == {}
    model.shares["home"] = share
    assert await sweeper(store, clock, model).sweep() == Sweep()
    assert await store.finding_counts() == {}


@pytest.mark.parametrize("change", [{"size": 11}, {"complete": False}])
async def test_an_active_record_whose_share_differs_is_reported_and_not_repaired(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture, change: dict[str, int]
) -> None:
    one = bench(store, clock, ModelCluster())
    await one.create()
    await one.settle()
    model = one.model
    model.shares["home"] = differs = replace(model.shares["home"], **change)  # type: ignore[arg-type]  # as given above
    clock.forward(1.0)
    commanded = len(model.commands())
    with caplog.at_level(logging.ERROR):
        found = await swept_for_long(sweeper(store, clock, model), clock)
    assert kinds(found) == [(FindingKind.DIFFERENT, "home")]
    assert caplog.text.count("is active") == 1
    assert model.shares["home"] == differs
    assert len(model.commands()) == commanded


async def test_a_list_that_lacks_a_share_is_not_believed_where_show_has_it(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    model = ModelCluster()
    for name in ("gone", "home"):
        one = bench(store, clock, model, name)
        await one.create()
        await one.settle()
    model.unlisted = {"home"}
    clock.forward(1.0)
    assert await sweeper(store, clock, model).sweep() == Sweep()
    assert "its list is not believed: show says otherwise of home" in caplog.text
    del model.shares["gone"]
    assert await sweeper(store, clock, model).sweep() == Sweep()  # wrong about one, it may be about the other
    model.unlisted.clear()
    assert kinds(await sweeper(store, clock, model).sweep()) == [(FindingKind.MISSING, "gone")]


class Interrupted(ModelCluster):
    """Something happens before the next `show` is answered."""

    before: Callable[[], Awaitable[None]] | None = None

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        if isinstance(request, Show) and self.before is not None:
            before, self.before = self.before, None
            await before()
        return await super().perform(request, deadlines)


async def test_a_share_that_is_deleted_while_it_is_asked_for_is_no_finding(store: Store, clock: HandClock) -> None:
    model = Interrupted()
    one = bench(store, clock, model)
    await one.create()
    await one.settle()
    clock.forward(1.0)

    async def deleted() -> None:
        await one.delete()
        await one.settle()

    model.unlisted = {"home"}
    model.before = deleted
    assert await sweeper(store, clock, model).sweep() == Sweep()
    assert model.shares == {}


async def test_a_record_that_became_active_while_the_cluster_was_listed_is_no_finding(
    store: Store, clock: HandClock
) -> None:
    one = bench(store, clock, ModelCluster())
    await one.create()
    await one.settle()
    one.model.shares.clear()
    assert await sweeper(store, clock, one.model).sweep() == Sweep()


async def test_a_cluster_that_cannot_be_listed_is_reported_until_it_can(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    model = ModelCluster()
    one = sweeper(store, clock, model)
    model.is_down = True
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert kinds(await one.sweep()) == [(FindingKind.UNSWEPT, "")]
    assert "not swept, 2 times in a row" in caplog.text
    assert await store.finding_counts() == {"unswept": 1}
    model.is_down = False
    assert await one.sweep() == Sweep()
    assert await store.finding_counts() == {}


class Wordy(ModelCluster):
    """Its list of all that the owner has is too long to be read."""

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        if isinstance(request, List) and request.mark == "spool":
            self.asked.append(request)
            return refusal(Code.UNREADABLE, Site.CONNECTOR_REPLY, "more than 16777216 bytes of reply", sent=True)
        return await super().perform(request, deadlines)


async def test_where_the_list_is_too_long_the_stores_own_shares_are_asked_for(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    model = Wordy()
    model.shares["lost"] = await removed(store, "lost")
    with caplog.at_level(logging.WARNING):
        found = await swept_for_long(sweeper(store, clock, model), clock)
    assert found.deleted == ("id-north-lost",)
    assert List(mark=f"spool/{store.identity.id}") in model.asked
    assert "more than 16777216 bytes" in caplog.text


async def test_a_cluster_without_marks_is_not_swept_and_that_is_said(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    model = ModelCluster(capabilities=ALL - {Capability.MARK})
    with caplog.at_level(logging.WARNING):
        assert not await sweeper(store, clock, model).turn()
    assert "keeps no marks" in caplog.text


class Broken(ModelCluster):
    """A connector with a bug: it raises what no connector may raise, for so many lists."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        if isinstance(request, List) and self.times:
            self.times -= 1
            raise KeyError("a bug")
        return await super().perform(request, deadlines)


async def test_an_error_in_one_sweep_is_logged_with_its_trace_and_the_next_sweep_is_made(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    model = Broken(times=2)
    model.shares["lost"] = await removed(store, "lost")
    one = sweeper(store, clock, model)
    with caplog.at_level(logging.ERROR):
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            task = group.create_task(keep_on("sweeper of north", one.turn, pause=0.001))
            while model.shares:
                clock.forward(10.0)
                await asyncio.sleep(0.002)
            task.cancel()
    assert "sweeper of north: internal error, 2 since the start" in caplog.text
    assert "KeyError: 'a bug'" in caplog.text


async def test_findings_are_noted_once_and_go_when_they_no_longer_hold(store: Store, clock: HandClock) -> None:
    def about(name: str) -> SweepFinding:
        return SweepFinding(kind=FindingKind.MISSING, name=name, mark=f"m/{name}", detail="d")

    async def report(*names: str, location: str = "north") -> Sequence[SweepFinding]:
        return await store.report(location, [about(name) for name in names], frozenset(FindingKind))

    assert await report("a", "b") == [about("a"), about("b")]
    clock.forward(1.0)
    assert await report("b", "c") == [about("c")]
    assert await report("a", location="south") == [about("a")]
    rows = await store.findings()
    assert [(row.location, row.finding.name, row.at) for row in rows] == [
        ("north", "b", 1000.0),
        ("north", "c", 1001.0),
        ("south", "a", 1001.0),
    ]
    assert [row.finding.name for row in await store.findings(after=rows[0].number, limit=1)] == ["c"]
    assert await store.report("north", [], frozenset({FindingKind.UNSWEPT})) == []
    assert await store.finding_counts() == {"missing": 3}


async def test_two_sweepers_on_one_store_delete_an_orphan_and_report_a_finding_once(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    model = ModelCluster()
    model.shares["lost"] = await removed(store, "lost")
    model.shares["other"] = ShareView(name="other", size=1, mark="spool/another-store/id")
    sweepers = [sweeper(store, clock, model), sweeper(store, clock, model)]
    with caplog.at_level(logging.WARNING):
        await asyncio.gather(*(one.sweep() for one in sweepers))
        clock.forward(LONG)
        found = await asyncio.gather(*(one.sweep() for one in sweepers))
        assert set(found[0].deleted + found[1].deleted) == {"id-north-lost"}  # at one instant it is one command
        assert all(kinds(one) == [(FindingKind.FOREIGN_STORE, "other")] for one in found)
    assert "other" in model.shares
    assert caplog.text.count("was made by the store another-store") == 1
    assert await store.finding_counts() == {"foreign-store": 1}
