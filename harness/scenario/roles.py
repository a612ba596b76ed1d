"""Role: the parts of the reference pipeline. The parts of another service have the names that it gives them."""

from collections.abc import Sequence
from enum import StrEnum

from harness.scenario.spool_kind import SpoolKind

__all__ = ["Role", "roles_with"]


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
