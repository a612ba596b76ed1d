"""T3: timeouts that are told never, twice, or of another place than the injected one."""

import pytest

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    History,
    Hop,
    Injection,
    OpResult,
)
from tests.harness.checkers.histories import (
    anomalies,
    attempt,
    case,
    clean,
    finding,
    more,
    timeout,
)
from tests.harness.checkers.spoils import (
    timeout_at_the_wrong_site,
    timeout_told_where_it_was_and_where_it_was_heard,
    timeout_with_two_origins,
    timeout_without_origin,
)

STALL = Injection(number=1, at=2.0, fault="stall", label="stall", cluster="north", site=Site.SSH_KEX)
INFO = OpResult.INFO


def told(site: Site, injected: str | None = "stall", hop: Hop = Hop.PROCESSOR, at: Site = Site.SSH_KEX) -> History:
    """A timeout told at a site, of a stall at another."""
    told = timeout(1, attempt=9, site=site, injected=injected, hop=hop)
    return replace(timeout_without_origin(clean()), injections=(replace(STALL, site=at),), timeouts=(told,))


CASES = [
    case("no origin", timeout_without_origin(clean()), "T3 north/a: a timeout has no origin [attempt 9]"),
    case("two origins", timeout_with_two_origins(clean()), "T3 north/a: a timeout has two origins [attempt 9]"),
    case(
        "the wrong site",
        timeout_at_the_wrong_site(clean()),
        "T3 north/a: a fault at connector.reply was reported as a timeout at ssh.banner [injection 1, timeout 1]",
    ),
    case(
        "told where it was, and where it was heard",
        timeout_told_where_it_was_and_where_it_was_heard(clean()),
        "T3 north/a: a timeout has two origins [attempt 10]",
    ),
    case(
        "told where it was",
        replace(
            timeout_told_where_it_was_and_where_it_was_heard(clean()), timeouts=(timeout(1, attempt=9, hop=Hop.API),)
        ),
    ),
    case(
        "told where it was heard",
        replace(
            timeout_told_where_it_was_and_where_it_was_heard(clean()), timeouts=(timeout(2, attempt=10, hop=Hop.API),)
        ),
        "T3 north/a: a timeout has no origin [attempt 9]",
    ),
    case(
        "a try that did not end",
        more(clean(), attempts=(attempt(9, 1.5, code=Code.TIMEOUT, result=INFO, ended_at=None),)),
    ),
    case(
        "a try that failed for another reason",
        more(clean(), attempts=(attempt(9, 1.5, code=Code.REFUSED, result=INFO),)),
    ),
    case("a timeout that belongs to no try", replace(clean(), timeouts=(timeout(1), timeout(2)))),
    case("told at the site of the stall", told(Site.SSH_KEX)),
    case("told at a later site", told(Site.SSH_AUTH)),
    case(
        "told at an earlier site",
        told(Site.SSH_BANNER),
        "T3 north/a: a fault at ssh.kex was reported as a timeout at ssh.banner [injection 1, timeout 1]",
    ),
    case("told at an earlier site, by a client", told(Site.SSH_BANNER, hop=Hop.CLIENT)),
    case(
        "told at an earlier site, by an API that commands clusters",
        told(Site.SSH_BANNER, hop=Hop.API),
        "T3 north/a: a fault at ssh.kex was reported as a timeout at ssh.banner [injection 1, timeout 1]",
    ),
    case("told at an earlier site, of a fault that is not in the log", told(Site.SSH_BANNER, injected="another")),
    case("told at an earlier site, of no fault", told(Site.SSH_BANNER, injected=None)),
    case("told at another site that cannot be told apart", told(Site.CONNECTOR_EXEC, at=Site.CONNECTOR_REPLY)),
    case(
        "told at an earlier site that can be told apart",
        told(Site.SSH_CHANNEL, at=Site.CONNECTOR_REPLY),
        "T3 north/a: a fault at connector.reply was reported as a timeout at ssh.channel [injection 1, timeout 1]",
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


def _summary(history: History) -> str:
    return finding(history, "T3").summary


def test_the_verdict_counts_the_timeouts_and_those_that_a_fault_explains() -> None:
    assert _summary(clean()) == "not judged: nothing timed out"
    assert _summary(told(Site.SSH_KEX)) == "holds: 1 timeouts, 1 of them explained by an injected fault"
    assert _summary(told(Site.SSH_KEX, injected=None)) == "holds: 1 timeouts, 0 of them explained by an injected fault"
    assert _summary(replace(clean(), timeouts=(timeout(1),))).startswith("holds: 1 timeouts")
