"""Which exchange of a tape answers what a client asks; and where none does, what is nearest and what differs.

An exchange is used once. Unless told otherwise what is asked has to come in the order of the tape: an exchange is next
where every one that was over before it began has been used. So what went on at the same time may come in any order.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from harness.tape.exchange import Tape, TapedExchange
from harness.tape.redaction import MARKER, Redactor

__all__ = ["Deck", "Miss", "TapePart"]


@dataclass(slots=True, kw_only=True)
class Miss:
    """What the tape has no answer to. nearest: the exchange that is most like it. field: in which the two differ.

    why: the difference, in words. captured: a device was asked instead.
    """

    asked: str
    nearest: TapedExchange | None
    field: str
    why: str
    captured: bool = False

    def __str__(self) -> str:
        if self.nearest is None:
            return f"nothing is recorded for {_shown(self.asked)}: {self.why}"
        return (
            f"nothing is recorded for {_shown(self.asked)}; nearest: line {self.nearest.line}: "
            f"{_shown(self.nearest.asked)}, which differs in {self.field}: {self.why}"
        )


@dataclass(slots=True, eq=False, kw_only=True)
class TapePart:
    """What is used as a whole: one command, or all lines of one session at a prompt. played: how many of them were."""

    exchanges: Sequence[TapedExchange]
    used: bool = False
    played: int = 0

    @property
    def first(self) -> TapedExchange:
        return self.exchanges[0]

    @property
    def is_shell(self) -> bool:
        return self.first.exec is None

    @property
    def over(self) -> float:
        return max(each.over for each in self.exchanges)


@dataclass(slots=True)
class Deck:
    """The exchanges of a tape that are left. any_order: the order of the tape does not matter. ignore: regular
    expressions, beside those of the tape. misses: all that were met, in order."""

    tape: Tape
    redactor: Redactor
    any_order: bool = False
    ignore: Sequence[str] = ()
    misses: list[Miss] = field(default_factory=list)
    _parts: list[TapePart] = field(init=False)
    _ignored: list[re.Pattern[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._parts = list(_parts_of(self.tape))
        self._ignored = [re.compile(each) for each in (*self.tape.ignore, *self.ignore)]

    @property
    def unused(self) -> tuple[TapedExchange, ...]:
        """In the order of the tape."""
        left = [each for part in self._parts for each in part.exchanges[part.played :]]
        return tuple(sorted(left, key=lambda each: (each.at, each.line)))

    def commands(self, command: str) -> list[TapePart]:
        """What may answer a command, so far as it is known without its stdin."""
        return [part for part in self._next() if not part.is_shell and self.same(part.first.asked, command)]

    def shell(self) -> TapePart | None:
        """The session at a prompt that comes next."""
        return next((part for part in self._next() if part.is_shell), None)

    def use(self, part: TapePart) -> None:
        part.used = True

    def miss(self, asked: str, *, stdin: bytes | None = None, at_prompt: bool = False) -> Miss:
        """stdin: what came of it, where it is that for which there is no answer."""
        found = self._miss(self.redactor.text(asked), stdin, at_prompt=at_prompt)
        self.misses.append(found)
        return found

    def typed_miss(self, asked: str, wanted: TapedExchange) -> Miss:
        """Something else was typed than the tape has next."""
        text = self.redactor.text(asked.rstrip("\r\n"))
        found = Miss(asked=text, nearest=wanted, field="typed", why=_difference(wanted.asked.rstrip("\r\n"), text))
        self.misses.append(found)
        return found

    def other_stdin(self, wanted: TapedExchange, received: bytes) -> Miss:
        """Something else came on stdin than an exchange under way has."""
        texts = [data.decode("utf-8", "replace") for data in (wanted.stdin, received)]
        found = Miss(asked=wanted.asked, nearest=wanted, field="stdin", why=_difference(texts[0], texts[1]))
        self.misses.append(found)
        return found

    def has_secret(self, data: bytes) -> bool:
        return MARKER.search(data.decode("latin-1")) is not None

    def same(self, recorded: str, asked: str) -> bool:
        return self.pattern(recorded).fullmatch(self.without_ignored(asked)) is not None

    def pattern(self, recorded: str) -> re.Pattern[str]:
        """What is asked now, but for what is ignored. A secret on the tape stands for any text."""
        text = self.without_ignored(recorded)
        return re.compile(".+?".join(map(re.escape, MARKER.split(text))), re.DOTALL)

    def without_ignored(self, text: str) -> str:
        for pattern in self._ignored:
            text = pattern.sub("", text)
        return text

    def same_stdin(self, recorded: bytes, received: bytes) -> bool:
        return self.same(recorded.decode("latin-1"), received.decode("latin-1"))

    def _next(self) -> Iterator[TapePart]:
        left = [part for part in self._parts if not part.used]
        first_end = min((part.over for part in left), default=0.0)
        for part in left:
            if self.any_order or part.first.at <= first_end:
                yield part

    def _miss(self, asked: str, stdin: bytes | None, *, at_prompt: bool) -> Miss:
        alike = [part for part in self._parts if part.is_shell == at_prompt]
        if not alike:
            kind = "no session at a prompt" if at_prompt else "no command"
            return Miss(asked=asked, nearest=None, field="exec", why=f"the tape has {kind}")
        nearest = max(alike, key=lambda part: (self._likeness(part, asked), not part.used, -part.first.at))
        entry = nearest.first
        if not at_prompt and not self.same(entry.asked, asked):
            field, why = "exec", _difference(entry.asked, asked)
        elif stdin is not None:
            field, why = "stdin", _difference(entry.stdin.decode("utf-8", "replace"), stdin.decode("utf-8", "replace"))
        elif nearest.used:
            field, why = "use", "it has been used already"
        else:
            before = next(part for part in self._parts if not part.used and part.over < entry.at)
            field, why = "order", f"line {before.first.line}, {_shown(before.first.asked)}, comes first"
        return Miss(asked=asked, nearest=entry, field=field, why=why)

    def _likeness(self, part: TapePart, asked: str) -> float:
        if self.same(part.first.asked, asked):
            return 2.0
        return SequenceMatcher(None, part.first.asked, asked, autojunk=False).ratio()


def _parts_of(tape: Tape) -> Iterator[TapePart]:
    sessions: dict[int, list[TapedExchange]] = {}
    for exchange in tape.exchanges:
        if exchange.exec is not None:
            sessions[-exchange.line - 1] = [exchange]
        else:
            sessions.setdefault(exchange.session, []).append(exchange)
    for exchanges in sessions.values():
        yield TapePart(exchanges=exchanges)


def _difference(recorded: str, asked: str) -> str:
    """The words in which the two differ first."""
    old, new = recorded.split(), asked.split()
    for was, now in zip(old, new, strict=False):
        if was != now:
            return f"{_shown(was)} is recorded, and {_shown(now)} was asked"
    if len(old) == len(new):
        return f"{_shown(recorded)} is recorded, and {_shown(asked)} was asked"
    more = " ".join(old[len(new) :] or new[len(old) :])
    return f"{_shown(more)} is {'missing' if len(old) > len(new) else 'not recorded'}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
