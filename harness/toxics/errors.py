"""The errors of toxics.

ToxicError    a toxic, or a link, that is not there or not acceptable
"""

from harness.errors import HarnessError

__all__ = ["ToxicError"]


class ToxicError(HarnessError):
    """Names what is wrong and what is accepted."""
