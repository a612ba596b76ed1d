"""What the words of a tape's commands are: operations, names of shares, sizes, and what ends in a refusal."""

import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from connector.dialects.transcript import PastedExchange
from connector.operations import Verb

__all__ = ["KnownWords", "refusal_code", "template_of", "verb_of"]

_VERBS: Sequence[tuple[Verb, re.Pattern[str]]] = (
    (Verb.CREATE, re.compile(r"(create|add|new|make|mk)", re.IGNORECASE)),
    (Verb.DELETE, re.compile(r"(delete|remove|destroy|erase|rm|del)", re.IGNORECASE)),
    (Verb.RESIZE, re.compile(r"(resize|modify|expand|extend|grow|shrink|size|set|ch(?=[a-z])|change)", re.IGNORECASE)),
    (Verb.SHOW, re.compile(r"(show|list|info|get|describe|display|ls|status|query)", re.IGNORECASE)),
    (Verb.PING, re.compile(r"(ping|version|uptime|whoami)", re.IGNORECASE)),
)
"""The first words of a command decide, by how they begin."""
_OTHER = re.compile(
    r"(snap|export|access|allow|deny|permission|acl|rule|capabilit|feature|exit|logout|quit)", re.IGNORECASE
)
"""Of commands that a draft leaves out."""
_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[A-Za-z]{0,3})")
_POWERS = {"": 0, "B": 0, "K": 10, "M": 20, "G": 30, "T": 40, "P": 50}
_LEAST_SIZE = 1024
"""A number without a unit that is smaller is no size."""
_REQUEST = re.compile(r"-{1,2}(request|req|job|task|idempotency)[-_]?(id|tag|key)?$", re.IGNORECASE)
_MARK = re.compile(r"-{1,2}(mark|comment|comments|desc|description|label|tag|note)$", re.IGNORECASE)
_FAILED = re.compile(
    r"^\s*(error|cannot|can't|fail|fatal|usage|invalid|no such|unknown|\S+: (cannot|error))", re.IGNORECASE
)
_CODES: Sequence[tuple[str, re.Pattern[str]]] = (
    (
        "already-exists",
        re.compile(
            r"already.exists?|exists|there already|already there|duplicate|in use by another name", re.IGNORECASE
        ),
    ),
    (
        "not-found",
        re.compile(r"not.found|not exist|n't exist|no such|does not know|unknown (volume|share|object)", re.IGNORECASE),
    ),
    ("quota", re.compile(r"quota|limit", re.IGNORECASE)),
    ("full", re.compile(r"space|full|capacity", re.IGNORECASE)),
    ("denied", re.compile(r"denied|permission|authori[sz]|privilege", re.IGNORECASE)),
    ("busy", re.compile(r"busy|lock|in progress|try again|too many", re.IGNORECASE)),
    ("not-empty", re.compile(r"not empty|has (children|snapshots)", re.IGNORECASE)),
    ("read-only", re.compile(r"read-?only", re.IGNORECASE)),
    ("unsupported", re.compile(r"not (supported|recognized|a command)|unrecogni[sz]ed|unknown command", re.IGNORECASE)),
    ("invalid", re.compile(r"invalid|usage|illegal|syntax|bad|missing|must", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWords:
    """names: of shares. sizes: in bytes, by how each is written. units: suffixes to bytes."""

    names: Sequence[str]
    sizes: Mapping[str, int]
    units: Mapping[str, int]

    @classmethod
    def of(cls, exchanges: Sequence[PastedExchange]) -> Self:
        """A share's name is a word of a create that other commands have too, and that not all have."""
        commands = [split_command(each.command) for each in exchanges]
        creates = [words for words in commands if _first_verb(words) is Verb.CREATE]
        counted = Counter(part for words in commands for part in dict.fromkeys(_parts(words)))
        verbs = _leading_words(commands)
        names: dict[str, int] = {}
        for words in creates:
            own = [part for part in _parts(words) if _may_name(part) and part not in verbs]
            shared = [part for part in own if 1 < counted[part] < len(commands) and _is_named_elsewhere(part, commands)]
            for part in shared[:1] if shared else own[:1]:
                names[part] = counted[part]
        sizes = {word: size for words in commands for word in _parts(words) if (size := size_of(word)) is not None}
        suffixes = {found["unit"] for word in sizes if (found := _SIZE.fullmatch(word))}
        return cls(names=sorted(names, key=lambda name: -len(name)), sizes=sizes, units=_units(suffixes))

    def values(self) -> dict[str, Any]:
        """Names are taken for plain ones: what else the device takes is not on a tape."""
        return {"units": dict(self.units), "patterns": {"name": "[A-Za-z0-9_][A-Za-z0-9_.-]*"}}

    def names_told(self, exchange: PastedExchange) -> list[str]:
        """Names in a command; of a share that was never made, the word of it that the reply has too."""
        words = [word for word in _parts(split_command(exchange.command)) if _may_name(word)]
        told = [word for word in words if re.search(rf"['\"`]?{_word(word)}['\"`]?", exchange.output)]
        return self.names_in(exchange.command) or told[-1:]

    def names_in(self, text: str) -> list[str]:
        return [name for name in self.names if re.search(_word(name), text)]

    def with_places(self, text: str, names: Sequence[str]) -> str:
        """Braces are doubled, names become places."""
        text = text.replace("{", "{{").replace("}", "}}")
        for name in names:
            text = re.sub(_word(name), "{name}", text)
        return text

    def failed(self, exchange: PastedExchange) -> bool:
        if exchange.status is not None and exchange.status != 0:
            return True
        return _FAILED.match(exchange.output) is not None


def split_command(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def verb_of(command: str, words: KnownWords) -> Verb | None:
    """None where it is none that a draft has."""
    found = split_command(command)
    own = [word for word in found if not word.startswith("-") and not words.names_in(word)][:4]
    if any(_OTHER.match(word) for word in own):
        return None
    verb = _first_verb(found)
    if verb is Verb.SHOW and not words.names_in(command):
        return Verb.LIST
    return verb


def template_of(command: str, verb: Verb, words: KnownWords) -> str | None:
    """The command with its places; None where what the operation has to tell is not in it."""
    text, names = command, words.names_in(command)
    parts = split_command(command)
    for option, value in pairwise(parts):
        if _MARK.match(option):
            text = text.replace(f" {option} {shlex.quote(value)}", "").replace(f" {option} {value}", "")
    text = words.with_places(text, names)
    for option, value in pairwise(parts):
        if _REQUEST.match(option):
            text = re.sub(rf"{re.escape(option)} {_word(value)}", f"{option} {{request_id}}", text)
    if verb in {Verb.CREATE, Verb.RESIZE}:
        for word in sorted(words.sizes, key=len, reverse=True):
            text = re.sub(_word(word), "{size}", text, count=1)
            if "{size}" in text:
                break
    wanted = {Verb.CREATE: ("{name}", "{size}"), Verb.RESIZE: ("{name}", "{size}"), Verb.LIST: (), Verb.PING: ()}
    if any(place not in text for place in wanted.get(verb, ("{name}",))):
        return None
    return text


def refusal_code(text: str, verb: Verb) -> str:
    """The likeliest."""
    for code, pattern in _CODES:
        if pattern.search(text) and not (code == "already-exists" and re.search(r"n[o']t exist", text)):
            return code
    return "internal"


def size_of(word: str) -> int | None:
    """Bytes; None where it is no size."""
    found = _SIZE.fullmatch(word)
    if found is None:
        return None
    unit = found["unit"].upper().removesuffix("IB")
    power = _POWERS.get(unit.removesuffix("B") if unit != "B" else unit)
    if power is None or (not found["unit"] and float(found["number"]) < _LEAST_SIZE):
        return None
    size: int = round(float(found["number"]) * (1 << power))
    return size


def _units(suffixes: set[str]) -> Mapping[str, int]:
    """All of the family that is used: of GB also MB and KB."""
    lettered = sorted(suffix for suffix in suffixes if suffix)
    if not lettered:
        return {"": 1}
    tail = lettered[0][1:] if lettered[0].upper() != "B" else ""
    lower = lettered[0].islower()
    names = {f"{letter}{tail}": 1 << power for letter, power in _POWERS.items() if letter not in {"", "B"}}
    found = {(name.lower() if lower else name): size for name, size in names.items()}
    base = "" if "" in suffixes else ("b" if lower else "B")
    return {**dict(reversed(found.items())), base: 1}


def _first_verb(words: Sequence[str]) -> Verb | None:
    for word in [each for each in words if not each.startswith("-")][:4]:
        for verb, pattern in _VERBS:
            if pattern.match(word):
                return verb
    return None


def _parts(words: Sequence[str]) -> list[str]:
    """Words, and what stands after a slash or an equals sign in them."""
    return [part for word in words for part in dict.fromkeys((word, *re.split(r"[/=]", word)[1:])) if part]


def _may_name(word: str) -> bool:
    return not word.startswith("-") and size_of(word) is None and re.fullmatch(r"[A-Za-z_][\w.-]*", word) is not None


def _leading_words(commands: Sequence[Sequence[str]]) -> set[str]:
    """Words with which commands begin, up to the first that names an operation."""
    found: set[str] = set()
    for words in commands:
        for word in words[:4]:
            found.add(word)
            if any(pattern.match(word) for _, pattern in _VERBS):
                break
    return found


def _is_named_elsewhere(word: str, commands: Sequence[Sequence[str]]) -> bool:
    """In a command of another operation."""
    return any(word in _parts(words) and _first_verb(words) not in {Verb.CREATE, None} for words in commands)


def _word(text: str) -> str:
    return rf"(?<![\w.-]){re.escape(text)}(?![\w-])"
