"""What a connector remembers of the commands it has seen, so that a repeated or an overtaken one does no harm."""

from connector.operations import Mutation, Stamp
from connector.values import replace

__all__ = ["RequestMemory", "SequenceMemory", "is_same"]


class RequestMemory:
    """The newest requests that were carried out, by request id."""

    def __init__(self, limit: int = 100_000) -> None:
        self._limit = limit
        self._done: dict[str, Mutation] = {}

    def __len__(self) -> int:
        return len(self._done)

    def keep(self, request: Mutation) -> None:
        if request.stamp.request_id is None:
            return
        self._done[request.stamp.request_id] = request
        if len(self._done) > self._limit:
            del self._done[next(iter(self._done))]

    def recall(self, request_id: str | None) -> Mutation | None:
        """The request that was carried out under this id."""
        return None if request_id is None else self._done.get(request_id)

    def forget(self) -> None:
        self._done.clear()


class SequenceMemory:
    """The newest sequence number seen for each share name. A name's outlives its share: a late command must not
    bring back what a newer one removed."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}

    def is_overtaken(self, request: Mutation) -> bool:
        sequence = request.stamp.sequence
        return sequence is not None and sequence < self._newest.get(request.name, sequence)

    def note(self, request: Mutation) -> None:
        sequence = request.stamp.sequence
        if sequence is not None:
            self.note_number(request.name, sequence)

    def note_number(self, name: str, sequence: int) -> None:
        """One that is known from elsewhere."""
        self._newest[name] = max(sequence, self._newest.get(name, sequence))

    def forget(self) -> None:
        self._newest.clear()


def is_same(one: Mutation, other: Mutation) -> bool:
    """Whether both ask for the same, whatever their sequence and not-after."""
    return _bare(one) == _bare(other)


def _bare(request: Mutation) -> Mutation:
    return replace(request, stamp=Stamp(request_id=request.stamp.request_id))
