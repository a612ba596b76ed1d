"""Requests and outcomes in words, for the steps of a clause."""

from typing import Any

from connector.operations import DoneReply, ListReply, Mutation, Request, ShowReply
from connector.outcomes import Done, Outcome

__all__ = ["outcome_words", "request_words"]

_LONGEST = 160
_OWN = ("name", "size", "mark", "client", "access", "snapshot")


def request_words(request: Request) -> str:
    """`create 'x' size 5, request r1`."""
    words = [request.verb.value]
    for key in _OWN:
        value = getattr(request, key, None)
        if value is not None:
            words.append(_shown(value) if key == "name" else f"{key} {_shown(value)}")
    if isinstance(request, Mutation):
        stamp = request.stamp
        words.append(f"request {stamp.request_id}")
        words += [] if stamp.sequence is None else [f"sequence {stamp.sequence}"]
        words += [] if stamp.not_after is None else [f"not after {stamp.not_after:.0f}"]
    return " ".join(words)


def outcome_words(outcome: Outcome) -> str:
    """`done`, or the code and the message."""
    if not isinstance(outcome, Done):
        return f"{outcome.code}: {_cut(outcome.message)}"
    match outcome.reply:
        case DoneReply():
            return "done"
        case ShowReply(share=share):
            half = "" if share.complete else ", half-made"
            return f"{_shown(share.name)} of {share.size} bytes{half}"
        case ListReply(shares=shares):
            return f"{len(shares)} shares"
        case other:
            return _cut(str(other))


def _shown(value: Any) -> str:
    return _cut(repr(value) if type(value) is str else str(value))  # of an enum, its value


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
