"""An anomaly of a share that the gateway asked for twice names the gateway's tries, and what its log has of them."""

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from harness.checkers.gateway_repeats import with_gateway_repeats
from reports.history import Attempt, History, Hop
from reports.verdicts import Anomaly, Finding, RowKind, Verdict, Witness

FIRST = Attempt(
    number=7,
    hop=Hop.GATEWAY,
    op=1,
    location="north",
    name="a",
    verb="create",
    request_id="client-1.1.1",
    began_at=1.0,
    ended_at=2.0,
    code=Code.TIMEOUT,
    site=Site.GATEWAY_REPLY,
    message="POST passed on to s1 (1 of 2): read-timeout",
)
SECOND = replace(
    FIRST, number=8, tried=2, began_at=2.0, code=None, site=None, message="POST passed on to s2 (2 of 2): answered"
)
TWICE = Anomaly(
    invariant="S1",
    location="north",
    name="a",
    message="north/a: a second share was made",
    witnesses=(Witness(kind=RowKind.EFFECT, number=2, at=2.5, text="created"),),
)
LOG = "its log has client-1.1.1: POST passed on to"
FINDING = Finding(invariant="S1", title="at most one", verdict=Verdict.INVALID, anomalies=(TWICE,))


def _witnesses(*tries: Attempt, of: Anomaly = TWICE) -> list[str]:
    (finding,) = with_gateway_repeats([replace(FINDING, anomalies=(of,))], History(attempts=tries))
    (found,) = finding.anomalies
    return [witness.text for witness in found.witnesses]


def test_the_tries_of_the_gateway_stand_before_what_came_of_them() -> None:
    assert _witnesses(FIRST, SECOND) == [
        f"gateway tried create north/a: info (timeout at gateway.reply); {LOG} s1 (1 of 2): read-timeout",
        f"gateway tried create north/a: info; {LOG} s2 (2 of 2): answered",
        "created",
    ]


def test_a_request_that_was_passed_on_once_is_no_witness() -> None:
    assert _witnesses(FIRST) == ["created"]


def test_requests_for_other_shares_or_after_the_anomaly_are_none_either() -> None:
    assert _witnesses(replace(FIRST, name="b"), replace(SECOND, name="b")) == ["created"]
    assert _witnesses(replace(FIRST, began_at=3.0), replace(SECOND, began_at=4.0)) == ["created"]
    assert _witnesses(FIRST, SECOND, of=replace(TWICE, name="")) == ["created"]
