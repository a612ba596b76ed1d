"""Ports of parts: free, the same for a name, and never two labs' at once, though no part has bound them yet."""

import socket
import sys
from itertools import cycle

import pytest

from harness.live.free_ports import FreePorts

linux_alone = pytest.mark.skipif(sys.platform != "linux", reason="no abstract names elsewhere")


@pytest.fixture
def twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only twenty ports are drawn, one after another, over and over."""
    draws = cycle(range(20))
    monkeypatch.setattr("harness.live.free_ports.secrets.randbelow", lambda below: next(draws))


def test_a_name_keeps_its_port_and_each_name_has_its_own() -> None:
    with FreePorts() as ports:
        assert ports.of("api") == ports.of("api") != ports.of("gateway")


@linux_alone
def test_two_labs_never_get_one_port_before_their_parts_have_bound_it(twenty: None) -> None:
    with FreePorts() as first, FreePorts() as second:
        taken = {first.of(str(number)) for number in range(15)}
        assert not taken & {second.of(str(number)) for number in range(10)}


@linux_alone
def test_a_port_is_free_again_when_its_lab_has_ended(twenty: None) -> None:
    with FreePorts() as first:
        taken = {first.of(str(number)) for number in range(15)}
    with FreePorts() as second:
        assert taken & {second.of(str(number)) for number in range(15)}


def test_a_port_that_somebody_listens_on_is_not_given(twenty: None) -> None:
    with FreePorts() as ports, socket.socket() as listening:
        port = ports.of("api")
        listening.bind(("127.0.0.1", port))
        listening.listen()
        with FreePorts() as others:
            assert port not in {others.of(str(number)) for number in range(20)}
