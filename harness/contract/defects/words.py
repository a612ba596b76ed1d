"""Defects of sizes, names and whatever else is sent as a word."""

import re
from collections.abc import Callable
from unicodedata import normalize
from urllib.parse import unquote

from connector.operations import Allow, Create, CreateSnapshot, Mutation, Request, Resize
from connector.values import replace
from harness.contract.defects.defect import Answer, Defect, Hands
from harness.contract.defects.tricks import DONE, Hear, carry_out, renamed

__all__ = ["DEFECTS"]

_STEP = 1 << 20


def _sized(change: Callable[[int], int]) -> Hear:
    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        return replace(request, size=change(request.size)) if isinstance(request, Create | Resize) else request

    return hear


def _cut_to(length: int) -> Hear:
    """Every name is cut, whatever is asked."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        name = getattr(request, "name", None)
        return request if name is None else replace(request, name=name[:length])

    return hear


def _nameless(hands: Hands, request: Request, connection: int) -> Request | Answer:
    return DONE if isinstance(request, Create) and not request.name else request


def _merges(form: Callable[[str], str]) -> Hear:
    """Takes names for one that are alike in some form, and says done to the second."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        if not isinstance(request, Create):
            return request
        first = hands.memory.setdefault(form(request.name), request.name)
        return request if first == request.name else DONE

    return hear


def _ascii(name: str) -> str:
    return name.encode("ascii", "ignore").decode()


_SPOILED_NAMES: dict[str, tuple[str, Callable[[str], str]]] = {
    "name.umlauts": ("drops letters that it does not know", _ascii),
    "name.wide-characters": ("drops wide characters", lambda name: "".join(c for c in name if ord(c) <= 0xFFFF)),
    "name.combining-characters": ("composes accents", lambda name: normalize("NFC", name)),
    "name.right-to-left": ("drops letters that it does not know", _ascii),
    "name.leading-dash": ("drops leading dashes", lambda name: name.lstrip("-")),
    "name.slash": ("drops slashes", lambda name: name.replace("/", "")),
    "name.parent-folder": ("resolves paths", lambda name: name.replace("../", "")),
    "name.trailing-dot": ("drops a dot at the end", lambda name: name.rstrip(".")),
    "name.trailing-space": ("drops spaces at the end", lambda name: name.rstrip()),
    "name.inner-spaces": ("makes one space of two", lambda name: re.sub(" +", " ", name)),
    "name.tab": ("makes a space of a tab", lambda name: name.replace("\t", " ")),
    "name.line-end": ("makes a space of a line end", lambda name: name.replace("\n", " ")),
    "name.carriage-return": ("drops carriage returns", lambda name: name.replace("\r", "")),
    "name.escape-sequence": ("drops escapes", lambda name: name.replace("\x1b", "")),
    "name.percent": ("decodes percent signs", unquote),
    "name.comma-and-colon": ("ends a name at a comma", lambda name: name.split(",")[0]),
    "name.of-an-option": ("ends a name at an equals sign", lambda name: name.split("=")[0]),
}


def _injected(pattern: str) -> Hear:
    """Carries out what a shell would take for a command. pattern: its group is the command; the rest is the name."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        found = re.search(pattern, request.name, re.DOTALL) if isinstance(request, Create) else None
        if isinstance(request, Create) and found is not None:
            carry_out(hands, found[1])
            return replace(request, name=request.name[: found.start()])
        return request

    return hear


_INJECTED: dict[str, str] = {
    "semicolon": r";(.*)",
    "ampersand": r"&(.*)",
    "double-ampersand": r"&&(.*)",
    "pipe": r"\|(.*)",
    "double-pipe": r"\|\|(.*)",
    "newline": r"\n(.*)",
    "dollar-parenthesis": r"\$\((.*)\)",
    "backticks": r"`(.*)`",
    "parenthesis": r"\((.*)\)",
    "two-single-quotes": r"';(.*);'",
    "two-double-quotes": r'";(.*);"',
}

_EXPANDED: dict[str, Callable[[str], str]] = {
    "dollar": lambda name: re.sub(r"\$\{?\w+\}?", "/root", name),
    "asterisk": lambda name: name.replace("*", "files"),
    "question-mark": lambda name: name.replace("?", "f"),
    "bracket": lambda name: name.replace("[a-z]", "a"),
    "brace": lambda name: name.replace("{a,b}", "a"),
    "tilde": lambda name: name.replace("~", "/root/"),
    "single-quote": lambda name: name.replace("'", ""),
    "double-quote": lambda name: name.replace('"', ""),
    "backslash": lambda name: name.replace("\\", ""),
    "greater-than": lambda name: name.split(">")[0],
    "less-than": lambda name: name.split("<")[0],
    "hash": lambda name: name.split(" #")[0],
    "exclamation-mark": lambda name: name.replace("!", "history"),
}


def _reads_commands_in(field: str, kind: type[Mutation]) -> Hear:
    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        if isinstance(request, kind):
            word = (request.stamp.request_id if field == "request_id" else getattr(request, field)) or ""
            if found := re.search(r";(.*?)`", word):
                carry_out(hands, found[1])
        return request

    return hear


DEFECTS: tuple[Defect, ...] = (
    Defect(clause="size.zero", does="makes a byte of none", hear=_sized(lambda size: size or 1)),
    Defect(clause="size.resize-to-zero", does="makes a byte of none", hear=_sized(lambda size: size or 1)),
    Defect(clause="size.not-round", does="rounds sizes down", hear=_sized(lambda size: size // _STEP * _STEP)),
    Defect(clause="size.huge", does="counts sizes in 32 bits", hear=_sized(lambda size: size % (1 << 32) or 1)),
    Defect(clause="size.beyond-64-bits", does="counts sizes in 64 bits", hear=_sized(lambda size: size % (1 << 64))),
    Defect(clause="name.longest", does="cuts names at 200 characters", hear=renamed(lambda name: name[:200])),
    Defect(clause="name.too-long", does="cuts names at 255 characters", hear=_cut_to(255)),
    Defect(clause="name.alike-to-the-last", does="compares 254 characters", hear=_cut_to(254)),
    Defect(clause="name.empty", does="makes shares without a name", hear=_nameless),
    Defect(clause="name.case", does="takes names for one that differ in case", hear=_merges(str.lower)),
    Defect(
        clause="name.normal-forms",
        does="takes names for one that look alike",
        hear=_merges(lambda name: normalize("NFC", name)),
    ),
    *(Defect(clause=clause, does=does, hear=renamed(spoil)) for clause, (does, spoil) in _SPOILED_NAMES.items()),
    *(
        Defect(clause=f"shell.{name}", does="carries out commands within names", hear=_injected(pattern))
        for name, pattern in _INJECTED.items()
    ),
    *(
        Defect(clause=f"shell.{name}", does="expands names as a shell does", hear=renamed(spoil))
        for name, spoil in _EXPANDED.items()
    ),
    Defect(clause="shell.in-a-mark", does="carries out marks", hear=_reads_commands_in("mark", Create)),
    Defect(clause="shell.in-a-client", does="carries out clients", hear=_reads_commands_in("client", Allow)),
    Defect(
        clause="shell.in-a-snapshot", does="carries out snapshots", hear=_reads_commands_in("snapshot", CreateSnapshot)
    ),
    Defect(
        clause="shell.in-a-request-id", does="carries out request ids", hear=_reads_commands_in("request_id", Resize)
    ),
)
