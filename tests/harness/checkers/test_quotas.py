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


MANY = "north/z: was accepted, and tenant a has 3 shares with it; its quota is 2"
MUCH = "north/z: was accepted, and tenant a has 101 bytes with it; its quota is 100"
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
            Shares().had("x", 1.0).had("z", 2.0, size=61).asked("z", 3.0, kind=OpKind.RESIZE, size=60),
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
        pytest.param(two().refused(3.0), [], id="refused beyond the quota"),
        pytest.param(two().refused(5.0), [WRONG.format(1, 40)], id="refused within it"),
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


def test_where_records_were_there_before_nobody_knows_whose_they_are() -> None:
    before = replace(two().refused(5.0).history, readings=(reading("api", 0, RECORD),))
    assert judged(before).anomalies == ()


def test_without_quotas_there_is_nothing_to_judge() -> None:
    assert judged(History(), scenario("")).summary == "not judged: tenants have no quotas"
