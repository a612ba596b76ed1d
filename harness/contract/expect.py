"""What a clause expects of an outcome, and how it ends where something else came.

A connector that answers something else violates the clause. Where no answer came, or one that means "not now", nothing
is decided.
"""

from typing import NoReturn

from connector.codes import Code
from connector.operations import Reply, Request
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.sites import Site
from harness.contract.findings import TargetGone, Undecided, Violation
from harness.contract.wording import outcome_words, request_words

__all__ = ["refused", "reply_of", "unexpected"]

_NOT_NOW = frozenset({Code.BUSY, Code.FULL, Code.QUOTA, Code.READ_ONLY})
_NO_ANSWER = frozenset({Code.TIMEOUT, Code.LOST, Code.INTERRUPTED})
_NOT_SENT = frozenset({Code.REFUSED, Code.TIMEOUT})
"""Of a failure: the client itself gave it up before it was sent."""
_LOGIN = frozenset({Site.SSH_CONNECT, Site.SSH_BANNER, Site.SSH_KEX, Site.SSH_AUTH})


def reply_of(request: Request, outcome: Outcome) -> Reply:
    """The reply to a request that has to succeed."""
    if not isinstance(outcome, Done):
        unexpected(request, outcome, "it has to be done", undecided=_NOT_NOW)
    return outcome.reply


def refused(request: Request, outcome: Outcome, *codes: Code) -> Failed:
    """The refusal of a request that has to be refused for certain, with one of these codes if any are given."""
    not_now = _NOT_NOW - set(codes)
    answered = isinstance(outcome, Failed) and outcome.code not in not_now and outcome.site not in _LOGIN
    if not isinstance(outcome, Failed) or not answered or (codes and outcome.code not in codes):
        wanted = " or ".join(codes) or "a definite code"
        unexpected(request, outcome, f"it has to be refused with {wanted}", undecided=not_now)
    return outcome


def unexpected(
    request: Request, outcome: Outcome, wanted: str, *, undecided: frozenset[Code] = frozenset()
) -> NoReturn:
    """End the clause."""
    came = f"{request_words(request)}: {wanted}, and the answer was {outcome_words(outcome)}"
    if isinstance(outcome, Failed) and outcome.site in _LOGIN:
        raise TargetGone(outcome.message)
    if isinstance(outcome, Failed) and (outcome.code in undecided or outcome.code in _NOT_SENT):
        raise Undecided(came)
    if isinstance(outcome, Unknown) and outcome.code in _NO_ANSWER:
        raise Undecided(came)
    raise Violation(came)
