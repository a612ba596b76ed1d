"""What a gateway wrote down becomes tries of the history, at the op that each was for."""

import pytest

from connector.codes import Code
from connector.sites import Site
from harness.collect.gateway_log import GatewayRow, TryEnding, UpstreamTry, gateway_attempts
from harness.service.request_ids import client_of, request_id
from reports.history import Attempt, History, Hop, Op, OpKind, OpResult, Purpose

_BEGAN = 1000.0
"""Unix seconds of the start of the load."""


def _op(number: int, client: str) -> Op:
    return Op(
        number=number, client=client, kind=OpKind.CREATE, purpose=Purpose.LOAD, location="north", name=f"s{number}",
        intended_at=0.0, invoked_at=0.0,
    )  # fmt: skip


def _asked(number: int, op: int, began: float) -> Attempt:
    return Attempt(
        number=number, hop=Hop.CLIENT, op=op, location="north", name=f"s{op}", verb="create", began_at=began
    )  # fmt: skip


HISTORY = History(
    ops=(_op(1, "client-1"), _op(2, "client-1"), _op(3, "client-2")),
    attempts=(_asked(1, 1, 1.0), _asked(2, 2, 3.0), _asked(3, 3, 3.0)),
)


def _row(*endings: TryEnding, began: float = 1003.01, request: str = "client-1.9.1") -> GatewayRow:
    tries = tuple(
        UpstreamTry(began=began + number, ended=began + number + 1, server="api", ending=ending)
        for number, ending in enumerate(endings)
    )
    return GatewayRow(
        began=began, ended=began + len(endings), request_id=request, method="POST", target="/v1/shares", tries=tries
    )


def _told(*rows: GatewayRow) -> list[Attempt]:
    return list(gateway_attempts(rows, HISTORY, lambda at: at - _BEGAN))


def test_a_request_that_was_passed_on_twice_is_two_tries_of_its_op() -> None:
    first, second = _told(_row(TryEnding.READ_TIMEOUT, TryEnding.ANSWERED))
    assert (first.hop, first.op, first.name, first.verb) == (Hop.GATEWAY, 2, "s2", "create")
    assert (first.tried, first.code, first.site, first.result) == (1, Code.TIMEOUT, Site.GATEWAY_REPLY, OpResult.INFO)
    assert (second.tried, second.code, second.site, second.result) == (2, None, None, OpResult.OK)
    assert first.message == "POST passed on to api (1 of 2): read-timeout"
    assert first.began_at == pytest.approx(3.01)
    assert second.began_at == pytest.approx(first.ended_at)


@pytest.mark.parametrize(
    ("ending", "code", "site", "result"),
    [
        (TryEnding.CONNECT_TIMEOUT, Code.TIMEOUT, Site.GATEWAY_REQUEST, OpResult.FAIL),
        (TryEnding.SEND_TIMEOUT, Code.TIMEOUT, Site.GATEWAY_REQUEST, OpResult.INFO),
        (TryEnding.REFUSED, Code.REFUSED, Site.GATEWAY_REQUEST, OpResult.FAIL),
        (TryEnding.BROKEN, Code.LOST, Site.GATEWAY_REPLY, OpResult.INFO),
        (TryEnding.FULL, Code.BUSY, Site.GATEWAY_REQUEST, OpResult.FAIL),
    ],
)
def test_each_ending_has_its_code_and_place(ending: TryEnding, code: Code, site: Site, result: OpResult) -> None:
    (attempt,) = _told(_row(ending))
    assert (attempt.code, attempt.site, attempt.result) == (code, site, result)


@pytest.mark.parametrize("ending", [TryEnding.ANSWERED, TryEnding.CLIENT_LEFT])
def test_what_the_client_knows_better_is_left_out(ending: TryEnding) -> None:
    assert _told(_row(ending)) == []


@pytest.mark.parametrize("request_", ["", "made-by-nginx", "client-1.x.1", "client-9.1.1"])
def test_a_request_of_nobody_known_is_left_out(request_: str) -> None:
    assert _told(_row(TryEnding.READ_TIMEOUT, request=request_)) == []


def test_a_request_before_all_others_of_its_client_is_left_out() -> None:
    assert _told(_row(TryEnding.READ_TIMEOUT, began=1000.5)) == []


def test_an_id_says_whose_request_it_was() -> None:
    assert client_of(request_id(_op(7, "client-3"))) == "client-3"
