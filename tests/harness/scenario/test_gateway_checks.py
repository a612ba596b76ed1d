"""The gateway of a scenario: which one it is, what is wrong with it, and what is remarked on it."""

import pytest

from connector.errors import TomlProblems
from harness.errors import WrongWorld
from harness.lint import lint
from harness.run.hops import limits_of
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from harness.worlds import check_world
from tests.harness.scenario.samples import CALM

_NGINX = '[gateway]\nkind = "nginx"\n'
_HAPROXY = '[gateway]\nkind = "haproxy"\n'
_OWN = "[pipeline.gateway]\n"
_OF_ITS_OWN = """
[service]
kind = "process"
url = "http://127.0.0.1:{port.gateway}"
[[service.parts]]
name = "gateway"
command = ["{python}"]
[gateway]
"""
_ELSEWHERE = '[service]\nkind = "url"\nurl = "http://127.0.0.1:1"\n'


def _read(more: str) -> Scenario:
    return parse_scenario(CALM + more, "x.toml")


def _complaint(more: str) -> str:
    with pytest.raises(TomlProblems) as caught:
        _read(more)
    return str(caught.value)


def _advice(more: str, world: WorldName = WorldName.LIVE) -> str:
    return "\n".join(str(each) for each in lint(_read(more), world))


def test_without_a_table_the_reference_pipeline_has_its_own_and_another_service_none() -> None:
    assert _read("").gateway_kind is GatewayKind.BUILTIN
    assert _read(_ELSEWHERE).gateway_kind is None


@pytest.mark.parametrize("kind", ["nginx", "haproxy"])
def test_a_real_one_takes_the_settings_of_the_built_in_one(kind: str) -> None:
    scenario = _read(f'[gateway]\nkind = "{kind}"\n[pipeline.gateway]\nconnect = 2\nread = 3\ntries = 2\n')
    assert scenario.gateway_settings is not None
    assert (scenario.gateway_kind, scenario.gateway_settings.read) == (kind, 3.0)
    assert limits_of(scenario)["gateway"] == 10.0  # it bounds each wait, and not all of them together


def test_in_front_of_another_service_it_has_settings_of_its_own() -> None:
    scenario = _read(_ELSEWHERE + '[gateway]\nkind = "nginx"\nread = 3\n')
    assert limits_of(scenario) == {"client": 10.0, "gateway": 4.0}
    assert scenario.behind(GatewayKind.BUILTIN).gateway_kind is GatewayKind.BUILTIN


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[gateway]\nkind = "apache"', "gateway.kind: must be 'builtin', 'nginx' or 'haproxy'"),
        (_NGINX + "read = 3", "gateway.read: of the reference pipeline this is in `[pipeline.gateway]`"),
        (f'{_HAPROXY}{_OWN}read = "30d"', "pipeline.gateway.read: haproxy waits for 24 days"),
        (_ELSEWHERE + '[gateway]\nkind = "haproxy"\nconnect = "30d"', "gateway.connect: haproxy waits for 24 days"),
        (_ELSEWHERE.replace("http:", "https:") + "[gateway]", "passes requests on to http: URLs only"),
        (_ELSEWHERE + "[gateway]\ntries = 0", "gateway.tries: must be greater than or equal to 1"),
        (_ELSEWHERE + '[[nemesis]]\nkind = "kill"\ntarget = "gateway"\nat = 0', "no part of it can be broken"),
        (
            _OF_ITS_OWN,
            "gateway: the service has a part of its own that is called 'gateway'",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(more: str, said: str) -> None:
    assert said in _complaint(more)


def test_the_nemesis_and_toxics_reach_a_gateway_in_front_of_another_service() -> None:
    nemesis = '[[nemesis]]\nkind = "kill"\ntarget = "gateway"\nat = 0\n'
    toxic = '[[toxics]]\nkind = "latency"\nlink = "gateway-api"\nlatency = "10ms"\n'
    assert _read(f'{_ELSEWHERE}[gateway]\nkind = "nginx"\n{nemesis}{toxic}').nemesis


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (f"{_NGINX}{_OWN}total = 3\nread = 2.5", "nginx has no limit for a whole request"),
        ("[pipeline.gateway]\ntries = 2\nnon_idempotent = true", "it may reach the service 6 times"),
        ("[pipeline.gateway]\nnon_idempotent = true", "with `tries = 1` nothing is passed on again"),
        ("[pipeline.gateway]\ntries = 2\nread = 6", "after `read`, nothing is left of `total` for another try"),
        (f"{_NGINX}{_OWN}tries = 2", "2 tries may take 12s, and the client gives up after 10s"),
        (f"{_NGINX}{_OWN}read = 12", "the client gives up first and never sees the gateway's 504"),
    ],
)
def test_advice_is_given_on_a_gateway_that_does_not_do_what_it_seems_to(more: str, said: str) -> None:
    assert said in _advice(more)
    assert said not in _advice("")


def test_a_world_without_real_gateways_says_what_takes_their_place() -> None:
    said = "nginx: not in the virtual world; the built-in gateway takes its place, with the same timeouts"
    more = '[gateway]\nkind = "nginx"\n'
    assert said in _advice(more, WorldName.VIRTUAL)
    assert "takes its place" not in _advice(more)


def test_the_virtual_world_puts_no_gateway_in_front_of_another_service() -> None:
    with pytest.raises(WrongWorld, match="puts no gateway in front of a service"):
        check_world(_read(_ELSEWHERE + "[gateway]\n"), WorldName.VIRTUAL)
