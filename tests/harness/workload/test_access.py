"""Access changes in a load: whom they concern, and that they are left out where the service does not offer them."""

import asyncio

from connector.values import replace
from harness.scenario.scenario import WorkloadKind
from harness.service.access import rule_of
from harness.workload.arrivals import Arrival
from harness.workload.client import open_client
from harness.workload.drafts import draft_op
from harness.workload.ledger import Ledger, LedgerEntry, ShareStatus
from harness.workload.load import open_load
from reports.history import Op, OpKind
from tests.harness.workload.scripted import OVER_HTTP, scripted_server
from tests.harness.workload.test_load import QUICK, TinyApi, since_now

ALLOW = Arrival(
    number=7,
    at=1.0,
    kind=WorkloadKind.ALLOW,
    phase="",
    location="south",
    name="new",
    key="k7",
    size=1,
    pick=0.5,
    operation=0.25,
)
DENY = replace(ALLOW, kind=WorkloadKind.DENY, key="k8")


def _ledger(status: ShareStatus = ShareStatus.ACTIVE) -> Ledger:
    ledger = Ledger()
    ledger.add(LedgerEntry(location="north", name="a", op=1, key="k1", size=1, status=status))
    return ledger


def _drafted(arrival: Arrival, ledger: Ledger) -> Op:
    op = draft_op(arrival, ledger)
    assert op is not None
    return op


def test_access_is_given_to_a_share_that_was_seen_active() -> None:
    op = _drafted(ALLOW, _ledger())
    assert (op.kind, op.location, op.name, op.key) == (OpKind.ALLOW, "north", "a", "k7")
    assert draft_op(ALLOW, _ledger(ShareStatus.PENDING)) is None


def test_now_and_then_access_is_asked_for_too_early() -> None:
    early = replace(ALLOW, operation=0.2)
    assert _drafted(early, _ledger(ShareStatus.PENDING)).kind is OpKind.ALLOW
    assert _drafted(early, _ledger()).name == "a", "where nothing is pending, it concerns what is active"


def test_access_is_taken_away_once_from_who_was_given_it() -> None:
    ledger = _ledger()
    assert draft_op(DENY, ledger) is None
    ledger.given(_drafted(ALLOW, ledger))
    deny = _drafted(DENY, ledger)
    assert rule_of(deny).client == rule_of(_drafted(ALLOW, ledger)).client
    ledger.announce(DENY, deny)
    assert draft_op(DENY, ledger) is None


def test_an_allow_and_its_retries_ask_for_the_same_rule_and_later_ones_may_change_it() -> None:
    allows = [_drafted(replace(ALLOW, key=f"k{number}"), _ledger()) for number in range(20)]
    assert {rule_of(op).access.value for op in allows} == {"ro", "rw"}
    assert rule_of(allows[0]) == rule_of(replace(allows[0], number=3))


async def test_what_the_service_does_not_offer_is_not_asked_but_counted() -> None:
    recorder, api = since_now(), TinyApi()
    async with (
        scripted_server(api) as server,
        open_client(server.url, QUICK, recorder, seed=1, open_service=OVER_HTTP) as client,
        open_load(client, recorder, QUICK) as load,
    ):
        await load.offer([replace(ALLOW, kind=WorkloadKind.CREATE, at=0.0)], asyncio.Event())
        await load.finish(10.0)
        await load.offer([replace(ALLOW, at=0.0), replace(DENY, at=0.0)], asyncio.Event())
        await load.finish(10.0)
    assert dict(load.skipped) == {WorkloadKind.ALLOW: 1, WorkloadKind.DENY: 1}
    assert {op.kind for op in recorder.ops} == {OpKind.CREATE, OpKind.GET}
