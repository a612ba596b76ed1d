"""The story of one share: what each part did about it, lane by lane on one time axis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.history import Attempt, Effect, History, Hop, Injection, Op, OpKind, OpResult, StateChange

__all__ = ["ShareStory", "StoryBar", "StoryLane", "StoryMark", "story_of"]

_AT_REST = frozenset({"active", None})
_SHORTEST = 1.0
"""Seconds of the axis, at least."""
_OK, _FAIL, _UNKNOWN, _OPEN = "ok", "fail", "unknown", "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryBar:
    """A stretch. kind: `ok`, `fail`, `unknown`, `open`, `waits`, or a state. row: the detail that it belongs to, such
    as `attempt-3`."""

    begins: float
    ends: float
    kind: str
    text: str
    row: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMark:
    """An instant. kind: `accepted`, `refused`, `made`, `gone`, `changed` or `strike`."""

    at: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLane:
    name: str
    bars: tuple[StoryBar, ...] = ()
    marks: tuple[StoryMark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareStory:
    """begins, ends: of the axis. open: whether something is under way. ops, commands: in order, for the details."""

    location: str
    name: str
    begins: float
    ends: float
    open: bool
    lanes: tuple[StoryLane, ...]
    ops: tuple[Op, ...]
    commands: tuple[Attempt, ...]

    def left(self, at: float) -> float:
        """An instant in per cent of the axis."""
        return round(100 * min(max(at - self.begins, 0.0), self.ends - self.begins) / (self.ends - self.begins), 3)

    def width(self, bar: StoryBar) -> float:
        """In per cent; what is short is still seen."""
        return max(round(self.left(bar.ends) - self.left(bar.begins), 3), 0.3)


def story_of(
    history: History, location: str, name: str, *, now: float, axis: tuple[float, float] | None = None
) -> ShareStory:
    """now: until when it goes, of what has not ended. axis: from and to; None: as long as it lasted."""
    ops = [row for row in history.ops if (row.location, row.name) == (location, name) and row.kind is not OpKind.LIST]
    numbers = {op.number for op in ops}
    tries = [row for row in history.attempts if row.op in numbers]
    changes = [row for row in history.changes if (row.location, row.name) == (location, name)]
    shares = {row.share for row in changes}
    commands = [
        row
        for row in history.attempts
        if row.is_command and (row.share in shares or (row.location, row.name) == (location, name))
    ]
    effects = [row for row in history.effects if (row.cluster, row.name) == (location, name)]
    strikes = [row for row in history.injections if (row.cluster, row.key) == (location, name)]
    instants = [
        *(row.invoked_at for row in ops),
        *(row.at for row in changes),
        *(row.at for row in effects),
        *(row.at for row in strikes),
        *(row.began_at for row in commands),
    ]
    is_open = bool(changes and changes[-1].after not in _AT_REST) or any(op.completed_at is None for op in ops)
    begins = min(instants, default=now)
    last = max([*instants, *(row.ended_at or now for row in (*commands, *tries))], default=now)
    ends = max(now if is_open else last + 0.03 * (last - begins), begins + _SHORTEST)
    begins, ends = axis or (begins, ends)
    lanes = (
        StoryLane(name="client", bars=tuple(_asked(ops, ends))),
        StoryLane(name="gateway", bars=tuple(_tried(tries, ends))),
        StoryLane(name="API", marks=tuple(_decided(ops, changes))),
        StoryLane(name="store", bars=tuple(_states(changes, ends))),
        StoryLane(name="spool", bars=tuple(_waits(changes, commands, ends))),
        StoryLane(name="processor", bars=tuple(_claims(commands, ends))),
        StoryLane(name="SSH", bars=tuple(_commands(commands, ends))),
        StoryLane(name="cluster", marks=tuple(_on_cluster(effects, strikes))),
    )
    return ShareStory(
        location=location,
        name=name,
        begins=begins,
        ends=ends,
        open=is_open,
        lanes=lanes,
        ops=tuple(ops),
        commands=tuple(commands),
    )


def _kind(result: OpResult, ended: float | None) -> str:
    if ended is None:
        return _OPEN
    return {OpResult.OK: _OK, OpResult.FAIL: _FAIL, OpResult.INFO: _UNKNOWN}[result]


def _asked(ops: Sequence[Op], end: float) -> Iterator[StoryBar]:
    for op in ops:
        told = f"{op.status or op.cause or 'no answer'}" if op.completed_at is not None else "waits for the answer"
        yield StoryBar(
            begins=op.invoked_at,
            ends=end if op.completed_at is None else op.completed_at,
            kind=_kind(op.result, op.completed_at),
            text=f"{op.client} asked {op.kind}: {told}",
            row=f"op-{op.number}",
        )


def _tried(tries: Sequence[Attempt], end: float) -> Iterator[StoryBar]:
    for row in tries:
        message = f": {row.message}" if row.hop is Hop.GATEWAY else ""
        yield StoryBar(
            begins=row.began_at,
            ends=end if row.ended_at is None else row.ended_at,
            kind=_kind(row.result, row.ended_at),
            text=f"try {row.tried} of {row.verb}, {row.status or row.code or 'no answer'}{message}",
            row=f"op-{row.op}",
        )


def _decided(ops: Sequence[Op], changes: Sequence[StateChange]) -> Iterator[StoryMark]:
    for row in changes:
        if row.writer == "api":
            yield StoryMark(at=row.at, kind="accepted", text=f"accepted: {row.before or 'no record'} → {row.after}")
    for op in ops:
        if op.result is OpResult.FAIL and op.completed_at is not None:
            yield StoryMark(at=op.completed_at, kind="refused", text=f"{op.kind} refused: {op.status} {op.cause or ''}")


def _states(changes: Sequence[StateChange], end: float) -> Iterator[StoryBar]:
    for index, row in enumerate(changes):
        if row.after is not None:
            until = changes[index + 1].at if index + 1 < len(changes) else end
            reason = f": {row.reason}" if row.reason else ""
            yield StoryBar(begins=row.at, ends=until, kind=row.after, text=f"{row.after}, by the {row.writer}{reason}")


def _waits(changes: Sequence[StateChange], commands: Sequence[Attempt], end: float) -> Iterator[StoryBar]:
    """From an acceptance until somebody takes it up."""
    for row in changes:
        if row.writer == "api" and row.after not in _AT_REST:
            taken = min((one.began_at for one in commands if one.began_at >= row.at), default=None)
            over = min((one.at for one in changes if one.at > row.at), default=end)
            yield StoryBar(begins=row.at, ends=over if taken is None else taken, kind="waits", text="the message waits")


def _claims(commands: Sequence[Attempt], end: float) -> Iterator[StoryBar]:
    """From the first to the last command under one fence."""
    claims: dict[int, list[Attempt]] = {}
    for row in commands:
        if row.fence is not None:
            claims.setdefault(row.fence, []).append(row)
    for fence, rows in claims.items():
        ended = [row.ended_at for row in rows]
        until = end if None in ended else max(at for at in ended if at is not None)
        kind = _OPEN if None in ended else _OK
        yield StoryBar(begins=rows[0].began_at, ends=until, kind=kind, text=f"claim under fence {fence}")


def _commands(commands: Sequence[Attempt], end: float) -> Iterator[StoryBar]:
    for row in commands:
        told = "under way" if row.ended_at is None else str(row.code or row.result)
        yield StoryBar(
            begins=row.began_at,
            ends=end if row.ended_at is None else row.ended_at,
            kind=_kind(row.result, row.ended_at),
            text=f"{row.verb}: {told}",
            row=f"attempt-{row.number}",
        )


def _on_cluster(effects: Sequence[Effect], strikes: Sequence[Injection]) -> Iterator[StoryMark]:
    for row in effects:
        kind = (
            "made"
            if "created" in row.kind
            else "gone"
            if row.kind in {"deleted", "deleted-by-others", "wiped"}
            else "changed"
        )
        late = ", after its command had ended" if row.late else ""
        yield StoryMark(at=row.at, kind=kind, text=f"{row.kind}{late}")
    for strike in strikes:
        yield StoryMark(at=strike.at, kind="strike", text=f"{strike.label} struck {strike.verb or ''} at {strike.site}")
