"""Role: the parts of the reference pipeline. The parts of another service have the names that it gives them."""

from collections.abc import Sequence
from enum import StrEnum

from harness.scenario.spool_kind import SpoolKind

__all__ = ["Role", "is_processor", "part_names", "role_of", "roles_with"]


class Role(StrEnum):
    """In the order in which they are started."""

    API = "api"
    RELAY = "relay"
    PROCESSOR = "processor"
    NOTIFIER = "notifier"
    GATEWAY = "gateway"


def roles_with(spool: SpoolKind, *, notified: bool) -> Sequence[Role]:
    """The parts that there can be with this spool: a relay fills a broker, and nothing else. notified: somebody is."""
    absent = {Role.RELAY: spool is not SpoolKind.NATS, Role.NOTIFIER: not notified}
    return [role for role in Role if not absent.get(role, False)]


def part_names(roles: Sequence[Role], processes: int) -> tuple[str, ...]:
    """The processes of a pipeline with so many processors: `processor`, `processor-2` and so on."""
    further = [f"{Role.PROCESSOR}-{number}" for number in range(2, processes + 1)] if Role.PROCESSOR in roles else []
    return (*(role.value for role in roles), *further)


def role_of(part: str) -> Role:
    """What a process of the pipeline does, by its name."""
    return Role(part.partition("-")[0])


def is_processor(part: str) -> bool:
    """Whether a name is that of a processor."""
    return part.partition("-")[0] == Role.PROCESSOR
