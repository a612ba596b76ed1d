"""What a cluster says that it can do: asked once, and at a pace of its own for as long as it does not say.

Every share of a cluster waits for this answer. So it is not waited for as long as for a command, since a question that
is asked twice does no harm, and one lost reply holds nobody up for long.
"""

from connector.codes import Code
from connector.operations import CapabilitiesReply, Capability
from connector.outcomes import Done, Failed, Outcome
from connector.protocol import Deadlines
from connector.values import replace
from pipeline.processor.backoff import backoff_of_cluster
from pipeline.settings import RetrySettings

__all__ = ["Learning", "patience"]

_PART = 8
_SHORTEST = 1.0
"""The first answer may take this part of a command's deadline, or so many seconds; each further one twice as long."""


def patience(longest: float, tries: int) -> float:
    """Seconds for the answer after so many tries in vain. longest: those of any other command."""
    return min(longest, max(_SHORTEST, longest / _PART) * 2.0 ** min(tries, _PART))


class Learning:
    """One cluster's, as one process knows it. Instants in seconds."""

    def __init__(self, cluster: str, deadlines: Deadlines, retry: RetrySettings, *, seed: int) -> None:
        self.claimed: frozenset[Capability] | None = None
        """What the cluster said; None: it has not."""
        self.marks_half_made = True
        """Whether its half-made shares carry marks, where it keeps any."""
        self.silence: Outcome | None = None
        """What came of it when it was asked last, where that was no answer."""
        self.tries = 0
        self._cluster = cluster
        self._deadlines = deadlines
        self._retry = retry
        self._seed = seed
        self._due_at: float | None = None

    @property
    def deadlines(self) -> Deadlines:
        """Those of the next time that it is asked."""
        return replace(self._deadlines, command=patience(self._deadlines.command, self.tries))

    def due_in(self, at: float) -> float:
        """Seconds until it may be asked again; 0.0: now, or never more."""
        return 0.0 if self.claimed is not None or self._due_at is None else max(0.0, self._due_at - at)

    def is_due(self, at: float) -> bool:
        """Whether it should be asked now."""
        return self.claimed is None and self.due_in(at) <= 0.0

    def heard(self, outcome: Outcome, at: float) -> None:
        """It was asked."""
        self.tries += 1
        self.silence = None
        match outcome:
            case Done(reply=CapabilitiesReply(capabilities=claimed, marks_half_made=marks_half_made)):
                self.claimed, self.marks_half_made = claimed, marks_half_made
            case Failed(code=Code.UNSUPPORTED):
                self.claimed = frozenset()
            case _:
                self.silence = outcome
                self._due_at = at + backoff_of_cluster(self._retry, self._cluster, self.tries, seed=self._seed)
