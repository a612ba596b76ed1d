"""Rows of the history as witnesses: what each says, in words that need no other page."""

from textwrap import indent

from reports.history import (
    Attempt,
    Effect,
    Hop,
    Injection,
    NemesisAction,
    Notice,
    Op,
    OpResult,
    PartEnd,
    Reading,
    SeenShare,
    StateChange,
    Timeout,
)
from reports.sentences import count_of
from reports.verdicts import Anomaly, RowKind, Witness

__all__ = [
    "anomaly",
    "of_attempt",
    "of_change",
    "of_effect",
    "of_injection",
    "of_nemesis",
    "of_notice",
    "of_op",
    "of_part_end",
    "of_reading",
    "of_timeout",
]


def of_op(op: Op) -> Witness:
    """What a client asked, and what it was told."""
    answer = {OpResult.OK: "ok", OpResult.FAIL: "failed", OpResult.INFO: "never clear"}[op.result]
    status = f" {op.status}" if op.status is not None else ""
    cause = f" {op.cause}" if op.cause else ""
    state = f", state {op.state}" if op.state else ""
    text = f"{op.client} asked {op.kind} {op.location}/{op.name}: {answer}{status}{cause}{state}"
    return Witness(kind=RowKind.OP, number=op.number, at=op.invoked_at, text=text)


def of_attempt(attempt: Attempt) -> Witness:
    """One try on the wire."""
    code = f" ({attempt.code} at {attempt.site})" if attempt.code else ""
    text = f"{attempt.hop} tried {attempt.verb} {attempt.location}/{attempt.name}: {attempt.result}{code}"
    if attempt.hop is Hop.GATEWAY:
        text += f"; its log has {attempt.request_id}: {attempt.message}"
    return Witness(kind=RowKind.ATTEMPT, number=attempt.number, at=attempt.began_at, text=text)


def of_change(change: StateChange) -> Witness:
    """A move of the record."""
    move = f"{change.before or 'no record'} -> {change.after or 'removed'}"
    reason = f": {change.reason}" if change.reason else ""
    text = f"{change.writer} moved {change.location}/{change.name} {move}{reason}"
    return Witness(kind=RowKind.CHANGE, number=change.number, at=change.at, text=text)


def of_effect(effect: Effect) -> Witness:
    """A change on a cluster."""
    late = ", after its command had ended" if effect.late else ""
    text = f"cluster {effect.cluster}: {effect.name} {effect.kind} (life {effect.incarnation}{late})"
    return Witness(kind=RowKind.EFFECT, number=effect.number, at=effect.at, text=text)


def of_injection(injection: Injection) -> Witness:
    """A fault that struck."""
    where = f" on {injection.verb} {injection.key}" if injection.key else ""
    text = f"fault {injection.label} struck {injection.cluster} at {injection.site}{where}"
    return Witness(kind=RowKind.INJECTION, number=injection.number, at=injection.at, text=text)


def of_nemesis(action: NemesisAction) -> Witness:
    """What the nemesis did."""
    detail = f" ({action.detail})" if action.detail else ""
    text = f"nemesis: {action.action} {action.target}{detail}"
    return Witness(kind=RowKind.NEMESIS, number=action.number, at=action.at, text=text)


def of_reading(reading: Reading, share: SeenShare | None = None, *, absent: str = "") -> Witness:
    """What a final reading shows of one share, that it does not show `absent`, or how much it shows altogether."""
    text = f"reading {reading.round} of {reading.side} {_seen(reading, share, absent)}"
    return Witness(kind=RowKind.READING, number=reading.number, at=reading.at, text=text)


def _seen(reading: Reading, share: SeenShare | None, absent: str) -> str:
    if share is not None:
        parts = [f"state {share.state}" if share.state else "", "" if share.complete else "half-made"]
        return f"shows {share.location}/{share.name} {', '.join(filter(None, parts))}".rstrip()
    if not reading.ok:
        return "could not be read"
    if absent:
        return f"does not show {absent}"
    things = count_of(len(reading.shares), "share" if reading.side != "api" else "record")
    sessions = f" and {count_of(reading.sessions, 'open session')}" if reading.sessions else ""
    return f"shows {things}{sessions}"


def of_notice(notice: Notice) -> Witness:
    """What was told of an outcome."""
    text = f"{notice.receiver} was told that {notice.location}/{notice.name} is {notice.outcome}"
    return Witness(kind=RowKind.NOTICE, number=notice.number, at=notice.at, text=text)


def of_part_end(end: PartEnd) -> Witness:
    """How a part ended, and the last that it wrote."""
    log = f"; its log ends:\n{indent(end.log, '    ')}" if end.log else "; it wrote nothing to its log"
    text = f"the {end.part} ended: {end.how}{log}"
    return Witness(kind=RowKind.PART_END, number=end.number, at=end.at, text=text)


def of_timeout(timeout: Timeout) -> Witness:
    """A timeout and its origin."""
    text = f"timeout at {timeout.hop}, {timeout.site}, for {timeout.location}/{timeout.name}"
    return Witness(kind=RowKind.TIMEOUT, number=timeout.number, at=timeout.at, text=text)


def anomaly(invariant: str, location: str, name: str, message: str, *witnesses: Witness | None) -> Anomaly:
    """A violation that concerns one share; its witnesses are put in the order of their instants."""
    rows = sorted((row for row in witnesses if row is not None), key=lambda row: row.at)
    return Anomaly(
        invariant=invariant,
        location=location,
        name=name,
        message=f"{location}/{name}: {message}" if name else message,
        witnesses=tuple(rows),
    )
