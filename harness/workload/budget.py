"""A token bucket for retries: what all clients together may try again is a share of what they ask."""

__all__ = ["MOST_SAVED", "RetryBudget"]

MOST_SAVED = 100.0
"""Retries that can be saved up."""


class RetryBudget:
    """share: retries that each op earns; None: there is no budget, every retry is allowed."""

    def __init__(self, share: float | None) -> None:
        self._share = share
        self._saved = 0.0

    def earn(self) -> None:
        """One more op is asked."""
        if self._share is not None:
            self._saved = min(self._saved + self._share, MOST_SAVED)

    def spend(self) -> bool:
        """Whether one retry is allowed; then it is paid for."""
        if self._share is None:
            return True
        if self._saved < 1.0:
            return False
        self._saved -= 1.0
        return True
