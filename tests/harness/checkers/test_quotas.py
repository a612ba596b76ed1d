"""S17: what a tenant has, and what it is refused, beside its quota."""

from collections.abc import Mapping
from typing import Any

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from harness.checkers.run_checkers import run_checkers
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from reports.history import History, Op, OpKind, OpResult, StateChange
from reports.verdicts import Finding
from tests.harness.checkers.histories import RECORD, change, op, reading
from tests.harness.scenario.samples import CALM

TWO = '[pipeline.quotas]\nshares = 2\nbytes = 100\n[pipeline.quotas.tenants."b@c"]\nshares = 0\n'
BYTES = "[pipeline.quotas]\nshares = 0\nbytes = 100\n"
SIZE = 40


def scenario(quotas: str = TWO) -> Scenario:
    return parse_scenario(CALM + quotas, "x.toml")


def judged(history: History, played: Scenario | None = None) -> Finding:
    found = run_checkers(history, Bounds(scenario=played or scenario()))
    return next(row for row in found if row.invariant == "S17")


class Shares:
    """Records of tenants, from their making to their removal, and creates that were refused."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.changes: list[StateChange] = []

    def had(self, name: str, made: float, gone: float | None = None, **fields: object) -> "Shares":
        record = {"share": name, "name": name}
        given: dict[str, Any] = {"tenant": "a", "size": SIZE, **record, **fields}
        self.ops.append(op(len(self.ops) + 1, made, **given))
        self._change(made, None, "pending", record)
        if gone is not None:
            self._change(gone, "deleting", None, record)
        return self

    def asked(self, name: str, at: float, **fields: object) -> "Shares":
        given: dict[str, Any] = {"name": name, "share": None, "tenant": "a", "size": SIZE, **fields}
        self.ops.append(op(len(self.ops) + 1, at, **given))
        return self

    def resized(
        self, name: str, size: int, began: float, ended: float | None = None, *, after: str = "active", **fields: object
    ) -> "Shares":
        record = {"share": name, "name": name}
        given: dict[str, Any] = {"tenant": "a", "kind": OpKind.RESIZE, "size": size, **record}
        self.ops.append(op(len(self.ops) + 1, began - 0.1, completed_at=began + 0.1, **given))
        self._change(began, "active", "updating", record)
        if ended is not None:
            self._change(ended, "updating", after, {**record, **fields})
        return self

    def refused(self, at: float, **fields: object) -> "Shares":
        told = {"status": 403, "result": OpResult.FAIL, "cause": "quota-exceeded", "state": None}
        return self.asked("refused", at, **{**told, **fields})

    @property
    def history(self) -> History:
        return History(ops=tuple(self.ops), changes=tuple(self.changes))

    def _change(self, at: float, before: str | None, after: str | None, record: Mapping[str, object]) -> None:
        self.changes.append(change(len(self.changes) + 1, at, before, after, **record))


def two() -> Shares:
    return Shares().had("x", 1.0).had("y", 2.0, 4.0)


def grown(size: int, ended: float | None = 4.0, **fields: Any) -> Shares:
    return Shares().had("x", 1.0).had("z", 2.0).resized("z", size, 3.0, ended, **fields)


MANY = "north/z: was accepted, and tenant a has 3 shares with it; its quota is 2"
MUCH = "north/z: was accepted, and tenant a has 101 bytes with it; its quota is 100"
GROWN = "north/z: was accepted to be resized, and tenant a has 101 bytes with it; its quota is 100"
WRONG = "north/refused: was refused for the quota of tenant a, which had {} shares of {} bytes at most"


@pytest.mark.parametrize(
    ("played", "found"),
    [
        pytest.param(two(), [], id="as many as it may have"),
        pytest.param(two().had("z", 3.0, size=1), [MANY], id="one more"),
        pytest.param(two().had("z", 5.0), [], id="once one is gone"),
        pytest.param(two().had("z", 3.97), [], id="and within the skew of clocks before that"),
        pytest.param(two().had("z", 3.0, tenant="b"), [], id="of another tenant"),
        pytest.param(Shares().had("x", 1.0).had("z", 2.0, size=61), [MUCH], id="more bytes"),
        pytest.param(
            Shares().had("x", 1.0).had("z", 2.0, size=61).asked("z", 1.9, size=60),
            [],
            id="which may have been fewer",
        ),
        pytest.param(
            Shares().had("x", 1.0, tenant=None).had("y", 1.0, tenant=None).had("z", 1.0, tenant=None, size=1),
            [MANY.replace("tenant a", "tenant default")],
            id="of nobody in particular",
        ),
        pytest.param(
            two().had("z", 3.0, size=1).asked("z", 2.5, tenant="b", result=OpResult.INFO),
            [],
            id="that may be another tenant's",
        ),
        pytest.param(
            Shares().had("x", 1.0, tenant="b@c").had("y", 1.0, tenant="b@c").had("z", 1.0, tenant="b@c", size=1),
            [],
            id="of a tenant without a limit of shares",
        ),
        pytest.param(
            Shares().had("z", 1.0, tenant="b@c", size=101),
            [MUCH.replace("tenant a", "tenant b@c")],
            id="more bytes of a tenant whose limit of bytes is that of all",
        ),
        pytest.param(two().had("z", 4.0 - 0.05), [], id="at the very instant at which one is gone"),
        pytest.param(two().resized("x", 41, 2.5, 3.0).had("z", 5.0), [], id="a resize is no share more"),
        pytest.param(
            two().asked("x", 1.1, size=None).refused(5.0), [WRONG.format(1, 40)], id="a create of no known size"
        ),
        pytest.param(
            Shares().had("x", 1.0).asked("x", 1.5, kind=OpKind.RESIZE, size=60).refused(5.0, size=41),
            [],
            id="refused beside what may have been resized",
        ),
        pytest.param(
            Shares().had("x", 1.0).had("y", 2.0).refused(3.0, kind=OpKind.RESIZE, size=20),
            [WRONG.format(2, 80)],
            id="a resize is refused for no number of shares",
        ),
        pytest.param(two().refused(3.0), [], id="refused beyond the quota"),
        pytest.param(two().refused(5.0), [WRONG.format(1, 40)], id="refused within it"),
        pytest.param(Shares().refused(5.0), [WRONG.format(0, 0)], id="refused with nothing"),
        pytest.param(two().refused(5.0, size=61), [], id="refused for its bytes"),
        pytest.param(two().refused(4.02), [], id="refused as one was just gone, within the skew of clocks"),
        pytest.param(two().refused(5.0, cause="share-exists"), [], id="refused for another reason"),
        pytest.param(
            two().had("z", 4.5, tenant="b").asked("z", 4.4, result=OpResult.INFO).refused(5.0),
            [],
            id="what another tenant has may be its own",
        ),
        pytest.param(
            Shares().had("x", 1.0).refused(2.0, kind=OpKind.RESIZE, size=60),
            [WRONG.format(1, 40)],
            id="a resize that fits beside all there is",
        ),
        pytest.param(Shares().had("x", 1.0).refused(2.0, kind=OpKind.RESIZE, size=61), [], id="a resize that may not"),
    ],
)
def test_what_s17_finds(played: Shares, found: list[str]) -> None:
    assert [row.message for row in judged(played.history).anomalies] == found


@pytest.mark.parametrize(
    ("played", "found"),
    [
        pytest.param(grown(60), [], id="resized to as much as it may have"),
        pytest.param(grown(60).resized("z", 60, 5.0, 6.0), [], id="resized to the same"),
        pytest.param(grown(59).had("y", 5.0, size=1), [], id="the last byte is left to another"),
        pytest.param(grown(61), [GROWN], id="resized to one byte more"),
        pytest.param(grown(61, None), [GROWN], id="and not ended"),
        pytest.param(grown(61, reason="given-up"), [GROWN], id="and given up"),
        pytest.param(grown(61, after="deleting"), [GROWN], id="and deleted"),
        pytest.param(grown(61).asked("z", 2.9, kind=OpKind.RESIZE, size=60), [], id="or to as much, as may be"),
        pytest.param(grown(61).asked("z", 2.9, kind=OpKind.ALLOW, size=None), [], id="or not resized, as may be"),
        pytest.param(
            grown(61).asked("z", 2.9, kind=OpKind.RESIZE, size=60, result=OpResult.FAIL),
            [GROWN],
            id="beside a resize that failed",
        ),
        pytest.param(
            grown(50).had("y", 5.0, size=11), [MUCH.replace("/z", "/y")], id="a create beside what it grew to"
        ),
        pytest.param(grown(50).had("y", 3.5, size=11), [MUCH.replace("/z", "/y")], id="a create while it grows"),
        pytest.param(grown(50, reason="given-up").had("y", 5.0, size=20), [], id="a create once that is given up"),
        pytest.param(grown(50, reason="given-up").had("y", 3.5, size=20), [], id="or while it may be"),
        pytest.param(grown(50, 4.0, after="lost").had("y", 5.0, size=20), [], id="or once nobody knows"),
        pytest.param(grown(50, 4.0).resized("z", 40, 5.0, 6.0).had("y", 7.0, size=20), [], id="which shrank again"),
        pytest.param(
            grown(50, 4.0).resized("z", 40, 5.0, 6.0).had("y", 5.5, size=11),
            [MUCH.replace("/z", "/y")],
            id="before it has shrunk",
        ),
        pytest.param(
            grown(50, 4.0).resized("z", 40, 5.0, 6.0).had("y", 5.97, size=20), [], id="within the skew of clocks"
        ),
        pytest.param(grown(30).had("y", 5.0, size=30), [], id="a create beside what it shrank to"),
        pytest.param(
            grown(30).had("y", 3.5, size=21), [MUCH.replace("/z", "/y")], id="a create before it has shrunk to that"
        ),
        pytest.param(grown(60).resized("x", 41, 5.0, 6.0), [GROWN.replace("/z", "/x")], id="the other one resized"),
        pytest.param(
            Shares().had("x", 1.0).had("z", 2.0, 6.0).resized("z", 60, 3.0, 4.0).had("y", 7.0, size=60),
            [],
            id="all that it grew to is given back",
        ),
        pytest.param(
            Shares().had("x", 1.0).had("z", 2.0, 6.0).resized("z", 50, 3.0, 4.0).had("y", 7.0, size=61),
            [MUCH.replace("/z", "/y")],
            id="and no more than that",
        ),
    ],
)
def test_what_s17_makes_of_resizes(played: Shares, found: list[str]) -> None:
    assert [row.message for row in judged(played.history, scenario(BYTES)).anomalies] == found


def test_a_tenant_may_have_a_limit_of_bytes_of_its_own() -> None:
    own = scenario(f"{BYTES}[pipeline.quotas.tenants.b]\nbytes = 50\n")
    (row,) = judged(Shares().had("x", 1.0, tenant="b", size=51).history, own).anomalies
    assert row.message == "north/x: was accepted, and tenant b has 51 bytes with it; its quota is 50"


def test_what_is_read_later_or_of_a_cluster_says_nothing_of_records_before() -> None:
    read = (reading("north", 0, RECORD), reading("api", 1, RECORD), reading("api", 0))
    assert len(judged(replace(two().refused(5.0).history, readings=read)).anomalies) == 1


def test_where_records_were_there_before_nobody_knows_whose_they_are() -> None:
    before = replace(two().refused(5.0).history, readings=(reading("api", 0, RECORD),))
    assert judged(before).anomalies == ()


def test_without_quotas_there_is_nothing_to_judge() -> None:
    assert judged(History(), scenario("")).summary == "not judged: tenants have no quotas"
