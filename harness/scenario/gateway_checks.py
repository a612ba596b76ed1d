"""What is wrong with `[gateway]`, and what a reader of a scenario should know of a gateway that is retrying or real."""

from collections.abc import Iterator

from connector.toml_lines import KeyPath
from harness.scenario.gateway import LONGEST_OF_HAPROXY, longest_wait
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.remark import Remark, Severity
from harness.scenario.roles import Role, part_names, processes_by_role, roles_with
from harness.scenario.scenario import Scenario
from harness.scenario.service import pipeline_reader
from harness.scenario.service_parse import GivenService
from harness.scenario.tables import ScenarioTable

__all__ = ["gateway_complaints", "gateway_remarks", "parts_of"]

_OWN = ("pipeline", "gateway")


def gateway_complaints(table: ScenarioTable, service: GivenService) -> Iterator[tuple[KeyPath, str]]:
    """Each with its key in the scenario."""
    gateway = table.gateway
    if gateway is None:
        return
    if service.is_reference:
        for key in sorted(gateway.model_fields_set - {"kind"}):
            yield ("gateway", key), f"of the reference pipeline this is in `[pipeline.gateway]`: write `{key}` there"
    elif any(part.name == Role.GATEWAY for part in service.table.parts):
        yield ("gateway",), "the service has a part of its own that is called 'gateway'; rename it, or leave this out"
    elif (service.table.url or "").startswith("https:"):
        yield ("gateway",), f"{gateway.kind} passes requests on to http: URLs only, and the service's is https:"
    if gateway.kind is GatewayKind.HAPROXY:
        place = _OWN if service.is_reference else ("gateway",)
        settings = getattr(table.pipeline, "gateway", gateway) if service.is_reference else gateway
        for key in ("connect", "read"):
            if getattr(settings, key) > LONGEST_OF_HAPROXY:
                yield (*place, key), "haproxy waits for 24 days at most"


def parts_of(table: ScenarioTable, service: GivenService) -> list[str]:
    """The names of all processes that the nemesis can reach: those of the service, and a gateway in front of it."""
    in_front = table.gateway is not None and not service.is_reference
    if not service.is_reference:
        return [*service.parts, *([Role.GATEWAY.value] if in_front else [])]
    settings = pipeline_reader().settings(table.pipeline)
    roles = roles_with(table.spool, notified=settings.notifier.enabled)
    return list(part_names(roles, processes_by_role(settings)))


def gateway_remarks(scenario: Scenario) -> Iterator[Remark]:
    """On a gateway that passes requests on again, and on limits that a real one does not know."""
    kind, settings = scenario.gateway_kind, scenario.gateway_settings
    if kind is None or settings is None:
        return
    place = ("gateway",) if scenario.pipeline is None else _OWN
    if settings.tries > 1:
        yield from _repeated(scenario, kind, settings.tries, place)
    elif settings.non_idempotent:
        yield Remark(key=(*place, "non_idempotent"), reason="with `tries = 1` nothing is passed on again")
    if kind is not GatewayKind.BUILTIN and settings.total < longest_wait(kind, settings):
        reason = f"{kind} has no limit for a whole request: `total` ({settings.total:g}s) does not apply, and an answer"
        longest = longest_wait(kind, settings)
        note = f"{reason} that comes whole may take {longest:g}s; one that drips, any time"
        yield Remark(key=(*place, "total"), reason=note, severity=Severity.NOTE)


def _repeated(scenario: Scenario, kind: GatewayKind, tries: int, place: KeyPath) -> Iterator[Remark]:
    settings = scenario.gateway_settings
    assert settings is not None
    if settings.non_idempotent:
        often = (1 + scenario.client.retries) * tries
        reason = f"{kind} passes a create on {tries} times, its client tries {1 + scenario.client.retries} times"
        yield Remark(
            key=(*place, "non_idempotent"),
            reason=f"{reason}: it may reach the service {often} times",
            severity=Severity.NOTE,
        )
    longest = tries * (settings.connect + settings.read)
    if kind is GatewayKind.BUILTIN and settings.total <= settings.read:
        yield Remark(key=(*place, "tries"), reason="after `read`, nothing is left of `total` for another try")
    if longest >= scenario.client.total and kind is not GatewayKind.BUILTIN:
        reason = f"{tries} tries may take {longest:g}s, and the client gives up after {scenario.client.total:g}s"
        yield Remark(key=(*place, "tries"), reason=f"{reason}: it never hears of the last")
