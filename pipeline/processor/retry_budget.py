"""How many retries a cluster gets while it answers nothing: a part of the first tries, and a few at all times.

As Finagle's `RetryBudget` (a bucket that each request fills by a ratio, with a floor a second), with the give-back of
the AWS SDKs' retry quota: an answer fills the bucket, so that a cluster that is back is soon asked at full pace.
Without such a bound retries multiply the load of an outage ("Handling overload" in Google's SRE book).
"""

from collections.abc import Callable

from pipeline.settings import RetrySettings

__all__ = ["RetryTokens", "is_used_up", "used_up"]

_USED_UP = "the retry budget of {} is used up"


def used_up(cluster: str) -> str:
    """Why a record waits whose retry came too soon, as its last error."""
    return _USED_UP.format(cluster)


def is_used_up(error: str | None, cluster: str) -> bool:
    """Whether this is why a record waits."""
    return error == used_up(cluster)


class RetryTokens:
    """A token bucket of one cluster, in one processor. Instants in seconds. on_refused: a retry has to wait."""

    __slots__ = ("_at", "_on_refused", "_settings", "_tokens", "is_short")

    def __init__(self, settings: RetrySettings, on_refused: Callable[[], None] = lambda: None) -> None:
        self._settings = settings
        self._on_refused = on_refused
        self._tokens = float(settings.burst)
        self._at: float | None = None
        self.is_short = False
        """Whether some had to wait since it was last full."""

    def first_try(self) -> None:
        """Something is tried for the first time."""
        self._add(self._settings.budget or 0.0)

    def answered(self) -> None:
        """The cluster answered, whatever it said."""
        self._add(1.0)

    def take(self, at: float) -> bool:
        """Whether one more retry may begin; without a budget it always may."""
        if self._settings.budget is None:
            return True
        if self._at is not None:
            self._add((at - self._at) * self._settings.floor)
        self._at = at
        if self._tokens < 1.0:
            self.is_short = True
            self._on_refused()
            return False
        self._tokens -= 1.0
        return True

    def _add(self, tokens: float) -> None:
        self._tokens = min(float(self._settings.burst), self._tokens + max(0.0, tokens))
        self.is_short = self.is_short and self._tokens < self._settings.burst
