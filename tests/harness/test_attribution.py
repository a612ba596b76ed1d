"""Each timeout has one origin, and the fault that explains it where one does."""

import pytest

from connector.codes import Code
from connector.operations import Verb
from connector.sites import Site
from harness.attribution import attribute, timeouts_of
from reports.history import Attempt, History, Hop, Injection, NemesisAction, OpResult


def _client(number: int, *, began: float, ended: float, status: int | None, site: Site | None) -> Attempt:
    return Attempt(
        number=number,
        hop=Hop.CLIENT,
        op=number,
        location="north",
        name="a",
        verb="create",
        began_at=began,
        ended_at=ended,
        status=status,
        code=Code.TIMEOUT,
        site=site,
    )


def _command(
    number: int,
    *,
    began: float,
    ended: float | None,
    site: Site,
    name: str = "a",
    code: Code | None = Code.TIMEOUT,
    hop: Hop = Hop.PROCESSOR,
) -> Attempt:
    return Attempt(
        number=number,
        hop=hop,
        share="s",
        location="north",
        name=name,
        verb="create",
        began_at=began,
        ended_at=ended,
        code=code,
        site=site,
    )


def _toxic(number: int, action: str, *, at: float, link: str, label: str) -> NemesisAction:
    return NemesisAction(number=number, at=at, action=action, target=link, detail=label)


def _strike(
    number: int, *, at: float, site: Site, label: str, cluster: str = "north", key: str | None = None
) -> Injection:
    verb = None if key is None else Verb.CREATE
    return Injection(number=number, at=at, fault="f", label=label, cluster=cluster, site=site, key=key, verb=verb)


def test_a_clients_own_deadline_is_the_clients_and_a_504_the_gateways() -> None:
    own = _client(1, began=0.0, ended=5.0, status=None, site=Site.GATEWAY_REPLY)
    connect = _client(2, began=1.0, ended=3.0, status=None, site=Site.GATEWAY_REQUEST)
    told = _client(3, began=1.0, ended=4.0, status=504, site=Site.GATEWAY_REQUEST)
    found = timeouts_of(History(attempts=(own, connect, told)))
    assert [(row.number, row.at, row.hop, row.site, row.op) for row in found] == [
        (1, 3.0, Hop.CLIENT, Site.GATEWAY_REQUEST, 2),
        (2, 4.0, Hop.GATEWAY, Site.GATEWAY_REQUEST, 3),
        (3, 5.0, Hop.CLIENT, Site.GATEWAY_REPLY, 1),
    ]


@pytest.mark.parametrize(
    "site", [Site.SSH_CONNECT, Site.SSH_BANNER, Site.SSH_KEX, Site.SSH_AUTH, Site.SSH_CHANNEL, Site.CONNECTOR_REPLY]
)
def test_a_command_times_out_at_the_processor_at_the_site_it_met(site: Site) -> None:
    (found,) = timeouts_of(History(attempts=(_command(1, began=0.0, ended=2.0, site=site),)))
    assert (found.hop, found.site, found.attempt, found.op, found.injected) == (Hop.PROCESSOR, site, 1, None, None)


def test_what_is_no_timeout_or_never_ended_is_not_counted() -> None:
    lost = _command(1, began=0.0, ended=1.0, site=Site.CONNECTOR_REPLY, code=Code.LOST)
    fine = Attempt(number=2, hop=Hop.CLIENT, began_at=0.0, ended_at=1.0, result=OpResult.OK, status=202)
    still = _command(3, began=0.0, ended=None, site=Site.CONNECTOR_REPLY, code=None)
    assert timeouts_of(History(attempts=(lost, fine, still))) == ()


def test_a_strike_explains_the_timeout_of_the_call_that_it_struck_and_of_no_other() -> None:
    struck = _command(1, began=1.0, ended=3.0, site=Site.CONNECTOR_REPLY)
    other_name = _command(2, began=1.0, ended=3.1, site=Site.CONNECTOR_REPLY, name="b")
    later = _command(3, began=3.2, ended=5.2, site=Site.CONNECTOR_REPLY)
    strikes = (
        _strike(1, at=1.2, site=Site.CONNECTOR_REPLY, label="lost", key="a"),
        _strike(2, at=1.2, site=Site.CONNECTOR_REPLY, label="elsewhere", cluster="south", key="b"),
    )
    found = timeouts_of(History(attempts=(struck, other_name, later), injections=strikes))
    assert [(row.attempt, row.injected) for row in found] == [(1, "lost"), (2, None), (3, None)]


def test_a_strike_on_a_connection_explains_a_session_that_did_not_come_up_and_no_lost_reply() -> None:
    session = _command(1, began=1.0, ended=3.0, site=Site.SSH_AUTH)
    reply = _command(2, began=1.0, ended=3.0, site=Site.CONNECTOR_REPLY)
    strikes = (_strike(1, at=1.1, site=Site.SSH_AUTH, label="slow-auth"),)
    found = timeouts_of(History(attempts=(session, reply), injections=strikes))
    assert [row.injected for row in found] == ["slow-auth", None]


@pytest.mark.parametrize(("noticed", "expected"), [(Site.SSH_BANNER, None), (Site.SSH_KEX, "k"), (Site.SSH_AUTH, "k")])
def test_a_stall_is_noticed_where_it_began_or_after_never_before(noticed: Site, expected: str | None) -> None:
    session = _command(1, began=1.0, ended=3.0, site=noticed)
    strikes = (_strike(1, at=1.1, site=Site.SSH_KEX, label="k"),)
    (found,) = timeouts_of(History(attempts=(session,), injections=strikes))
    assert found.injected == expected


def test_a_strike_may_seem_to_come_a_little_before_the_attempt_that_met_it() -> None:
    attempt = _command(1, began=1.0, ended=3.0, site=Site.CONNECTOR_REPLY)
    for at, expected in ((0.96, "hang"), (0.9, None), (3.01, None)):
        strikes = (_strike(1, at=at, site=Site.CONNECTOR_EXEC, label="hang", key="a"),)
        (found,) = timeouts_of(History(attempts=(attempt,), injections=strikes))
        assert found.injected == expected, at


def test_the_nemesis_explains_the_waits_for_what_it_held_down() -> None:
    nemesis = (
        NemesisAction(number=1, at=2.0, action="pause", target="api"),
        NemesisAction(number=2, at=4.0, action="resume", target="api"),
        NemesisAction(number=3, at=6.0, action="crash", target="north"),
    )
    during = _client(1, began=1.0, ended=3.0, status=504, site=Site.GATEWAY_REPLY)
    after = _client(2, began=4.5, ended=5.5, status=504, site=Site.GATEWAY_REPLY)
    command = _command(3, began=5.5, ended=7.5, site=Site.CONNECTOR_REPLY)
    found = timeouts_of(History(attempts=(during, after, command), nemesis=nemesis))
    assert [row.injected for row in found] == ["pause api", None, "crash north"]


def test_a_history_is_told_its_timeouts_and_nothing_else_changes() -> None:
    history = History(attempts=(_client(1, began=0.0, ended=5.0, status=None, site=None),))
    told = attribute(history)
    assert told.attempts == history.attempts
    assert len(told.timeouts) == 1


def test_an_api_that_waited_for_a_cluster_in_vain_is_the_origin_of_its_504() -> None:
    told = _client(1, began=1.0, ended=5.0, status=504, site=Site.CONNECTOR_REPLY)
    strike = Injection(
        number=1,
        at=1.5,
        fault="reply_lost",
        label="the-fault",
        cluster="north",
        site=Site.CONNECTOR_REPLY,
        key="a",
        verb=Verb.CREATE,
        attempt=1,
    )
    (timeout,) = timeouts_of(History(attempts=(told,), injections=(strike,)))
    assert (timeout.hop, timeout.site, timeout.injected) == (Hop.API, Site.CONNECTOR_REPLY, "the-fault")


def test_a_504_of_an_api_passes_on_the_timeout_of_its_command_which_is_told_once_with_the_op_that_heard_of_it() -> None:
    reply = Site.CONNECTOR_REPLY
    attempts = (
        _client(1, began=0.0, ended=4.1, status=504, site=reply),
        _command(2, began=0.1, ended=4.0, site=reply, hop=Hop.API),
        _client(3, began=0.2, ended=8.1, status=504, site=reply),  # waited for its turn
        _command(4, began=4.1, ended=8.0, site=reply, hop=Hop.API),
    )
    found = timeouts_of(History(attempts=attempts))
    assert [(row.attempt, row.op, row.hop, row.at) for row in found] == [(2, 1, Hop.API, 4.0), (4, 3, Hop.API, 8.0)]


def test_a_command_whose_client_had_gone_by_then_is_a_timeout_beside_that_of_the_gateway() -> None:
    attempts = (
        _client(1, began=0.0, ended=3.0, status=504, site=Site.GATEWAY_REPLY),
        _command(2, began=0.1, ended=4.0, site=Site.CONNECTOR_REPLY, hop=Hop.API),
    )
    found = timeouts_of(History(attempts=attempts))
    assert [(row.attempt, row.op, row.hop) for row in found] == [(1, 1, Hop.GATEWAY), (2, None, Hop.API)]


def test_an_api_that_was_held_down_explains_the_timeouts_of_its_own_commands() -> None:
    paused = (NemesisAction(number=1, at=1.0, action="pause", target="api"),)
    commands = [
        _command(1, began=0.5, ended=2.5, site=Site.CONNECTOR_REPLY, hop=hop) for hop in (Hop.API, Hop.PROCESSOR)
    ]
    found = [timeouts_of(History(attempts=(row,), nemesis=paused))[0] for row in commands]
    assert [row.injected for row in found] == ["pause api", None]


def test_a_cut_link_explains_the_timeouts_across_it_and_a_slow_one_does_not() -> None:
    history = History(
        attempts=(
            _command(1, began=0.5, ended=1.5, site=Site.SSH_CONNECT),
            _command(2, began=0.5, ended=3.5, site=Site.CONNECTOR_REPLY),
            _command(3, began=5.0, ended=6.0, site=Site.CONNECTOR_REPLY),
            _client(4, began=2.5, ended=3.5, status=504, site=Site.GATEWAY_REPLY),
        ),
        injections=(
            Injection(number=1, at=0.0, fault="latency", label="slow", cluster="gateway-api", site=Site.GATEWAY_REPLY),
            Injection(number=2, at=3.2, fault="partition", label="cut", cluster="north", site=Site.SSH_CONNECT),
        ),
        nemesis=(
            _toxic(1, "toxic-on", at=0.0, link="gateway-api", label="slow"),
            _toxic(2, "toxic-on", at=2.0, link="processor-north", label="cut"),
            _toxic(3, "toxic-on", at=2.5, link="processor-north", label="slow"),
            _toxic(4, "toxic-off", at=4.0, link="processor-north", label="cut"),
        ),
    )
    assert [row.injected for row in timeouts_of(history)] == [None, "cut", None, None]


def _passed_on(number: int, *, began: float, ended: float, site: Site = Site.GATEWAY_REPLY) -> Attempt:
    return Attempt(
        number=number,
        hop=Hop.GATEWAY,
        op=1,
        location="north",
        name="a",
        verb="create",
        began_at=began,
        ended_at=ended,
        code=Code.TIMEOUT,
        site=site,
    )


def test_a_504_is_told_once_where_the_gateways_own_log_shows_it() -> None:
    client = _client(1, began=1.0, ended=3.0, status=504, site=Site.GATEWAY_REPLY)
    first = _passed_on(2, began=1.0, ended=2.0, site=Site.GATEWAY_REQUEST)
    second = _passed_on(3, began=2.0, ended=2.99)
    found = timeouts_of(History(attempts=(client, first, second)))
    assert [(row.attempt, row.hop, row.site, row.op) for row in found] == [
        (2, Hop.GATEWAY, Site.GATEWAY_REQUEST, 1),
        (3, Hop.GATEWAY, Site.GATEWAY_REPLY, 1),
    ]


def test_a_timeout_of_the_gateway_that_no_client_heard_of_is_told_too() -> None:
    """Another try was answered, or the client had left."""
    assert len(timeouts_of(History(attempts=(_passed_on(1, began=1.0, ended=2.0),)))) == 1


def test_a_timeout_of_the_gateway_has_the_cause_that_held_the_api_or_its_command_up() -> None:
    waiting = _passed_on(1, began=1.0, ended=2.0)
    command = _command(2, began=1.1, ended=4.0, site=Site.CONNECTOR_REPLY, code=None, hop=Hop.API)
    strike = _strike(1, at=1.5, site=Site.CONNECTOR_EXEC, label="slow", key="a")
    pause = NemesisAction(number=1, at=0.5, action="pause", target="api")
    assert [row.injected for row in timeouts_of(History(attempts=(waiting, command), injections=(strike,)))] == ["slow"]
    assert [row.injected for row in timeouts_of(History(attempts=(waiting,), injections=(strike,)))] == [None]
    assert [row.injected for row in timeouts_of(History(attempts=(waiting,), nemesis=(pause,)))] == ["pause api"]
