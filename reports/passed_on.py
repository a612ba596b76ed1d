"""What a gateway passed on more than once, and what went on after it had given up, from its log and the service's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.history import Attempt, History, Hop
from reports.journal import Journal
from reports.sentences import count_of

__all__ = ["RepeatedRequest", "gateway_sentences", "passed_on_again", "went_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedRequest:
    """A request that the gateway sent to the service several times; the client asked once. tries: in their order."""

    tries: Sequence[Attempt]

    @property
    def at(self) -> float:
        return self.tries[0].began_at

    @property
    def what(self) -> str:
        first = self.tries[0]
        return f"{first.verb} {first.location}/{first.name}"

    @property
    def how(self) -> str:
        """How each try ended."""
        return ", then ".join(row.message.rpartition(": ")[2] for row in self.tries)


def passed_on_again(history: History) -> Sequence[RepeatedRequest]:
    """In the order of their first tries."""
    rows: dict[str, list[Attempt]] = defaultdict(list)
    for row in history.attempts:
        if row.hop is Hop.GATEWAY:
            rows[row.request_id or ""].append(row)
    found = (RepeatedRequest(tries=tries) for tries in _requests(rows.values()))
    return sorted((row for row in found if len(row.tries) > 1), key=lambda row: row.at)


def _requests(rows: Iterable[list[Attempt]]) -> Iterator[list[Attempt]]:
    """One id may be borne by several requests of one try of a client, each with its first try."""
    for tries in rows:
        request: list[Attempt] = []
        for row in sorted(tries, key=lambda row: row.began_at):
            if row.tried == 1 and request:
                yield request
                request = []
            request.append(row)
        yield request


def went_on(history: History) -> Sequence[float]:
    """Seconds for which a command on a cluster went on after the gateway had given the request up that it was for: one
    for each such timeout, where the service calls its clusters within the request and logs it."""
    commands: dict[tuple[str, str, str], list[Attempt]] = defaultdict(list)
    for row in history.attempts:
        if row.hop is Hop.API:
            commands[row.location, row.name, row.verb].append(row)
    tries = {row.number: row for row in history.attempts}
    gave_up = ((row.at, tries[row.attempt]) for row in history.timeouts if row.hop is Hop.GATEWAY and row.attempt)
    found = (_after(at, commands.get((row.location, row.name, row.verb), ())) for at, row in gave_up)
    return [seconds for seconds in found if seconds > 0]


def _after(instant: float, commands: Sequence[Attempt]) -> float:
    """For how long the last of those that had begun by then went on."""
    return max((row.ended_at - instant for row in commands if row.ended_at and row.began_at <= instant), default=0.0)


def gateway_sentences(journal: Journal) -> Sequence[str]:
    """What there is to say of the gateway, in words."""
    again, later = passed_on_again(journal.history), went_on(journal.history)
    real = journal.world == "live" and journal.gateway not in {"", "builtin"}  # elsewhere the built-in one stands in
    who = journal.gateway if real else "the built-in gateway"
    said = [f"{who} passed {count_of(len(again), 'request')} on more than once"] if again else []
    if later:
        said.append(f"{count_of(len(later), 'command')} went on after it had given up, for {sum(later):.1f} s in all")
    return said
