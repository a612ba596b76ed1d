"""The parts of the reference pipeline and the servers that it needs. Another service gives its parts their names."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from harness.scenario.service import ServiceSettings
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind

__all__ = ["Role", "Server", "is_processor", "part_names", "processes_by_role", "role_of", "roles_with", "servers_of"]


class Role(StrEnum):
    """In the order in which they are started."""

    API = "api"
    RELAY = "relay"
    PROCESSOR = "processor"
    NOTIFIER = "notifier"
    GATEWAY = "gateway"


class Server(StrEnum):
    """What the parts share: the store's database, and the spool's broker."""

    DATABASE = "database"
    BROKER = "broker"


def servers_of(store: StoreKind, spool: SpoolKind) -> Sequence[Server]:
    """Those that this store and this spool have."""
    needed = {Server.DATABASE: store is StoreKind.POSTGRESQL, Server.BROKER: spool is SpoolKind.NATS}
    return [server for server in Server if needed[server]]


def roles_with(spool: SpoolKind, *, notified: bool) -> Sequence[Role]:
    """The parts that there can be with this spool: a relay fills a broker, and nothing else. notified: somebody is."""
    absent = {Role.RELAY: spool is not SpoolKind.NATS, Role.NOTIFIER: not notified}
    return [role for role in Role if not absent.get(role, False)]


def part_names(roles: Sequence[Role], processes: Mapping[Role, int]) -> tuple[str, ...]:
    """The processes of a pipeline with so many of each role: `processor`, `processor-2` and so on."""
    further = [f"{role}-{number}" for role in roles for number in range(2, processes.get(role, 1) + 1)]
    return (*(role.value for role in roles), *further)


def processes_by_role(settings: ServiceSettings) -> Mapping[Role, int]:
    """How many processes of a pipeline with these settings there are, where there can be several."""
    return {
        Role.API: settings.api.processes,
        Role.RELAY: settings.relay.processes,
        Role.PROCESSOR: settings.processor.processes,
    }


def role_of(part: str) -> Role:
    """What a process of the pipeline does, by its name."""
    return Role(part.partition("-")[0])


def is_processor(part: str) -> bool:
    """Whether a name is that of a processor."""
    return part.partition("-")[0] == Role.PROCESSOR
