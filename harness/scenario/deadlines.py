"""Deadlines that do not nest: an inner one must be shorter than the outer one, or the outer hides who gave up."""

from collections.abc import Iterator

from connector.toml_lines import KeyPath
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import Scenario
from harness.scenario.service import Design, RetrySettings
from harness.scenario.settling import call_seconds, settling

__all__ = ["deadline_remarks"]


def deadline_remarks(scenario: Scenario) -> Iterator[Remark]:
    """Along the way of a request, then along the way of a command, then the closing phases."""
    yield from _request(scenario)
    yield from _command(scenario)
    yield from _polling(scenario)
    if scenario.pipeline.design != Design.BLOCKING:  # there nothing goes on after the answer
        yield from _closing(scenario)


def _nested(inner: tuple[KeyPath, float], outer: tuple[KeyPath, float], why: str) -> Iterator[Remark]:
    (key, seconds), (outer_key, outer_seconds) = inner, outer
    if seconds >= outer_seconds:
        names = ".".join(map(str, key)), ".".join(map(str, outer_key))
        yield Remark(
            key=key, reason=f"{seconds:g}s is not shorter than {names[1]} ({outer_seconds:g}s) around it: {why}"
        )


def _request(scenario: Scenario) -> Iterator[Remark]:
    client, gateway = scenario.client, scenario.pipeline.gateway
    total = ("pipeline", "gateway", "total")
    yield from _nested(
        (("client", "connect"), client.connect), (("client", "total"), client.total), "it can never expire first"
    )
    yield from _nested(
        (total, gateway.total),
        (("client", "total"), client.total),
        "the client gives up first and never sees the gateway's 504",
    )
    for name, seconds in (("read", gateway.read), ("connect", gateway.connect)):
        key = ("pipeline", "gateway", name)
        yield from _nested((key, seconds), (total, gateway.total), "it can never expire first")
    if scenario.pipeline.design == Design.BLOCKING:
        yield from _blocking(scenario)


def _blocking(scenario: Scenario) -> Iterator[Remark]:
    blocking = scenario.pipeline.blocking
    bound = ("pipeline", "blocking", "bound")
    yield from _nested(
        (bound, blocking.bound),
        (("pipeline", "gateway", "read"), scenario.pipeline.gateway.read),
        "the gateway answers 504 while the API still waits for the cluster",
    )
    if blocking.wait is not None:
        yield from _nested(
            (("pipeline", "blocking", "wait"), blocking.wait), (bound, blocking.bound), "it can never expire first"
        )


def _command(scenario: Scenario) -> Iterator[Remark]:
    pipeline = scenario.pipeline
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


def _polling(scenario: Scenario) -> Iterator[Remark]:
    pipeline, deadline = scenario.pipeline, scenario.client.poll_deadline
    budget = pipeline.retry.attempts * pipeline.command.command + _mean_waits(pipeline.retry)
    if deadline < budget and pipeline.design != Design.BLOCKING:
        reason = f"clients stop polling after {deadline:g}s; the processor may retry for {budget:g}s"
        yield Remark(key=("client", "poll_deadline"), reason=f"{reason} before it gives up", severity=Severity.NOTE)
    if scenario.client.poll_every >= deadline:
        yield Remark(key=("client", "poll_every"), reason="clients stop polling before their second poll")


def _mean_waits(retry: RetrySettings) -> float:
    """Half of the longest waits: full jitter is uniform from zero."""
    waits = 0.0
    wait = retry.first
    for _ in range(min(retry.attempts - 1, 1000)):
        waits += min(wait, retry.longest) / 2
        wait = min(2 * wait, retry.longest)
    return waits


def _closing(scenario: Scenario) -> Iterator[Remark]:
    pipeline = scenario.pipeline
    terms = settling(scenario)
    needed = sum(term.seconds for term in terms)
    if scenario.settle < needed:
        reason = f"a share may need {needed:g}s after healing: {', '.join(map(str, terms))}"
        yield Remark(key=("settle",), reason=f"{scenario.settle:g}s is short; {reason}")
    sweep = pipeline.sweeper.every + pipeline.sweeper.grace
    if scenario.settle + scenario.fence < sweep:
        yield Remark(key=("settle",), reason=f"with the fence shorter than the sweeper's round and grace ({sweep:g}s)")
