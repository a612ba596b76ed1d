"""Deadlines that do not nest: an inner one must be shorter than the outer one, or the outer hides who gave up."""

from collections.abc import Iterator

from connector.toml_lines import KeyPath
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import Scenario
from harness.scenario.service import Design, RetrySettings, ServiceSettings
from harness.scenario.settling import call_seconds, settling

__all__ = ["deadline_remarks"]


def deadline_remarks(scenario: Scenario) -> Iterator[Remark]:
    """Along the way of a request, then along the way of a command, then the closing phases. Of a service without known
    settings: of the client alone."""
    yield from _client(scenario)
    if (pipeline := scenario.pipeline) is None:
        return
    yield from _request(scenario, pipeline)
    yield from _command(pipeline)
    yield from _retrying(scenario, pipeline)
    if scenario.design != Design.BLOCKING:  # there nothing goes on after the answer
        yield from _closing(scenario, pipeline)


def _nested(inner: tuple[KeyPath, float], outer: tuple[KeyPath, float], why: str) -> Iterator[Remark]:
    (key, seconds), (outer_key, outer_seconds) = inner, outer
    if seconds >= outer_seconds:
        names = ".".join(map(str, key)), ".".join(map(str, outer_key))
        yield Remark(
            key=key, reason=f"{seconds:g}s is not shorter than {names[1]} ({outer_seconds:g}s) around it: {why}"
        )


def _client(scenario: Scenario) -> Iterator[Remark]:
    client = scenario.client
    yield from _nested(
        (("client", "connect"), client.connect), (("client", "total"), client.total), "it can never expire first"
    )
    if client.poll_every >= client.poll_deadline:
        yield Remark(key=("client", "poll_every"), reason="clients stop polling before their second poll")


def _request(scenario: Scenario, pipeline: ServiceSettings) -> Iterator[Remark]:
    client, gateway = scenario.client, pipeline.gateway
    waits = [(("pipeline", "gateway", name), getattr(gateway, name)) for name in ("read", "connect")]
    is_builtin = scenario.gateway_kind is GatewayKind.BUILTIN
    total = ("pipeline", "gateway", "total")
    for key, seconds in [(total, gateway.total)] if is_builtin else waits:
        yield from _nested(
            (key, seconds),
            (("client", "total"), client.total),
            "the client gives up first and never sees the gateway's 504",
        )
    for key, seconds in waits if is_builtin else ():
        yield from _nested((key, seconds), (total, gateway.total), "it can never expire first")
    if scenario.design == Design.BLOCKING:
        yield from _blocking(pipeline)


def _blocking(pipeline: ServiceSettings) -> Iterator[Remark]:
    blocking = pipeline.blocking
    bound = ("pipeline", "blocking", "bound")
    yield from _nested(
        (bound, blocking.bound),
        (("pipeline", "gateway", "read"), pipeline.gateway.read),
        "the gateway answers 504 while the API still waits for the cluster",
    )
    if blocking.wait is not None:
        yield from _nested(
            (("pipeline", "blocking", "wait"), blocking.wait), (bound, blocking.bound), "it can never expire first"
        )


def _command(pipeline: ServiceSettings) -> Iterator[Remark]:
    command, processor, retry = pipeline.command, pipeline.processor, pipeline.retry
    lease = ("pipeline", "processor", "lease")
    if call_seconds(command) >= processor.lease:
        reason = f"{processor.lease:g}s does not outlive one command, all phases together ({call_seconds(command):g}s)"
        yield Remark(key=lease, reason=f"{reason}: another processor takes the share while the first still works")
    if processor.lease / 3 <= max(command.skew, 0.1):
        yield Remark(key=lease, reason="so short that its heartbeat, a third of it, is within the clock skew")
    setup = {"connect": command.connect, "login": command.login, "channel": command.channel}
    slowest = max(setup, key=lambda name: setup[name])
    if setup[slowest] > command.command:
        reason = f"{setup[slowest]:g}s is longer than the command itself may take ({command.command:g}s)"
        key = ("pipeline", "command", slowest)
        yield Remark(key=key, reason=f"{reason}: hanging here takes longer than the work", severity=Severity.NOTE)
    if retry.first > retry.longest:
        yield Remark(key=("pipeline", "retry", "first"), reason=f"longer than `longest` ({retry.longest:g}s)")


def _retrying(scenario: Scenario, pipeline: ServiceSettings) -> Iterator[Remark]:
    deadline = scenario.client.poll_deadline
    budget = pipeline.retry.attempts * pipeline.command.command + _mean_waits(pipeline.retry)
    if deadline < budget and pipeline.design != Design.BLOCKING:
        reason = f"clients stop polling after {deadline:g}s; the processor may retry for {budget:g}s"
        yield Remark(key=("client", "poll_deadline"), reason=f"{reason} before it gives up", severity=Severity.NOTE)


def _mean_waits(retry: RetrySettings) -> float:
    """Half of the longest waits: full jitter is uniform from zero."""
    waits = 0.0
    wait = retry.first
    for _ in range(min(retry.attempts - 1, 1000)):
        waits += min(wait, retry.longest) / 2
        wait = min(2 * wait, retry.longest)
    return waits


def _closing(scenario: Scenario, pipeline: ServiceSettings) -> Iterator[Remark]:
    terms = settling(scenario)
    needed = sum(term.seconds for term in terms)
    if scenario.settle < needed:
        reason = f"a share may need {needed:g}s after healing: {', '.join(map(str, terms))}"
        yield Remark(key=("settle",), reason=f"{scenario.settle:g}s is short; {reason}")
    sweep = pipeline.sweeper.every + pipeline.sweeper.grace
    if scenario.settle + scenario.fence < sweep:
        yield Remark(key=("settle",), reason=f"with the fence shorter than the sweeper's round and grace ({sweep:g}s)")
