"""What a connector is asked as it is measured: each verb in turn, in an order in which it has something to act on."""

from collections.abc import Callable, Iterator, Sequence

from connector.operations import (
    Access,
    Allow,
    Capabilities,
    Capability,
    Create,
    CreateSnapshot,
    Delete,
    DeleteSnapshot,
    Deny,
    List,
    ListSnapshots,
    Ping,
    Request,
    Resize,
    Show,
    Stamp,
)
from harness.contract.probe import SuiteBench

__all__ = ["questions"]

_SNAPSHOT = "s1"


def questions(bench: SuiteBench, count: int, *, alone: bool) -> Iterator[Sequence[Request]]:
    """As many of each verb that the connector has. alone: also those that act on no share.

    Raises `OutputError` where names cannot be written down.
    """
    names = [bench.ledger.register(f"{bench.ledger.token}-{next(bench.numbers)}") for _ in range(count)]
    parameters, claims = bench.target.parameters, bench.claims
    rules, snapshots = Capability.ACCESS_RULES in claims, Capability.SNAPSHOTS in claims
    client, write = parameters.client, Access.READ_WRITE

    def stamp() -> Stamp:
        return Stamp(request_id=f"{bench.ledger.token}-r{next(bench.numbers)}")

    every: Sequence[tuple[bool, Callable[[str], Request]]] = (
        (alone, lambda name: Ping()),
        (alone, lambda name: Capabilities()),
        (True, lambda name: Create(name=name, size=parameters.size, stamp=stamp())),
        (True, lambda name: Show(name=name)),
        (True, lambda name: List()),
        (True, lambda name: Resize(name=name, size=parameters.larger, stamp=stamp())),
        (rules, lambda name: Allow(name=name, client=client, access=write, stamp=stamp())),
        (rules, lambda name: Deny(name=name, client=client, stamp=stamp())),
        (snapshots, lambda name: CreateSnapshot(name=name, snapshot=_SNAPSHOT, stamp=stamp())),
        (snapshots, lambda name: ListSnapshots(name=name)),
        (snapshots, lambda name: DeleteSnapshot(name=name, snapshot=_SNAPSHOT, stamp=stamp())),
        (True, lambda name: Delete(name=name, stamp=stamp())),
    )
    for asked, request in every:
        requests = [request(name) for name in names] if asked else []
        if requests and bench.target.dialect.knows(requests[0].verb):
            yield requests
