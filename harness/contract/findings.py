"""How the check of a clause ends where it does not pass.

ClauseEnd
├── Violation    the connector does not do what the clause says
├── Undecided    it could not be found out
├── NotClaimed   the target does not claim what the clause is about
└── TargetGone   the target cannot be reached any more
"""

__all__ = ["ClauseEnd", "NotClaimed", "TargetGone", "Undecided", "Violation"]


class ClauseEnd(Exception):
    """The root; the message is one sentence for the reader of a report."""


class Violation(ClauseEnd):
    """The connector does not do what the clause says; tells what was asked and what came."""


class Undecided(ClauseEnd):
    """Whether the clause holds could not be found out; tells why."""


class NotClaimed(ClauseEnd):
    """The target does not claim, or does not declare, what the clause is about; tells what."""


class TargetGone(ClauseEnd):
    """The target cannot be reached; tells how it was refused."""
