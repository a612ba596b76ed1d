"""The first draft of a dialect, from the commands and replies of a tape: what people would copy by hand.

It claims no capability, and says what could not be told from the tape.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tomli_w

from connector.dialects import DIALECTS, load_dialect
from connector.dialects.transcript import PastedExchange, judge_transcript
from connector.operations import Verb
from harness.tape.draft_replies import message_reply, rows_reply
from harness.tape.draft_words import KnownWords, refusal_code, template_of, verb_of

__all__ = ["draft_of"]

_NEEDED = (Verb.CREATE, Verb.SHOW, Verb.LIST, Verb.DELETE)
_TAKEN = (*_NEEDED, Verb.RESIZE, Verb.PING)
_UNKNOWN = {
    Verb.CREATE: "TODO-create {name} {size}",
    Verb.SHOW: "TODO-show {name}",
    Verb.LIST: "TODO-list",
    Verb.DELETE: "TODO-delete {name}",
}
_COLUMNS = [{"title": "Name", "text": "{name}"}, {"title": "Size", "text": "{size}"}]
_ROWS = {Verb.SHOW: {"form": "record", "columns": _COLUMNS}, Verb.LIST: {"form": "table", "columns": _COLUMNS}}
"""Where nothing was found."""
_LIKE = 0.7
"""The part of a tape that a shipped dialect has to understand to be named as a better start."""


@dataclass(slots=True)
class _Draft:
    commands: dict[str, str] = field(default_factory=dict)
    replies: dict[str, Any] = field(default_factory=dict)
    spellings: list[dict[str, Any]] = field(default_factory=list)
    todo: list[str] = field(default_factory=list)


def draft_of(device: str, exchanges: Sequence[PastedExchange], *, name: str) -> str:
    """The text of a dialect file. device: what was recorded."""
    words = KnownWords.of(exchanges)
    draft, by_verb = _Draft(), _by_verb(exchanges, words)
    for verb in _TAKEN:
        _learn(verb, by_verb.get(verb, []), words, draft)
    draft.spellings = list(_refusals(by_verb, words, draft))
    sheet = {
        "format": 1,
        "name": name,
        "summary": f"Drafted from a tape of {device or 'a device'}.",
        "capabilities": [],
        **({} if any(each.status is not None for each in exchanges) else {"exit_status": "none"}),
        "values": words.values(),
        "commands": draft.commands,
        "replies": draft.replies,
        "refusals": {"form": "text", "stream": "either", "spellings": draft.spellings},
    }
    head = [f"# A first draft, from a tape of {device or 'a device'}. Check it: spoolproof dialect check FILE TAPE"]
    head += [f"# {line}" for line in _like(exchanges)]
    draft.todo.append("values.patterns: which names the device takes")
    head += [f"# TODO: {line}" for line in draft.todo]
    return "\n".join(head) + "\n" + tomli_w.dumps(sheet, multiline_strings=False)


def _by_verb(exchanges: Sequence[PastedExchange], words: KnownWords) -> Mapping[Verb, list[PastedExchange]]:
    found: dict[Verb, list[PastedExchange]] = {}
    for each in exchanges:
        if (verb := verb_of(each.command, words)) is not None:
            found.setdefault(verb, []).append(each)
    return found


def _why_not(verb: Verb, exchanges: Sequence[PastedExchange], done: PastedExchange | None) -> str:
    """Why nothing was learnt of a verb."""
    if done is not None:
        if verb in {Verb.CREATE, Verb.RESIZE}:
            why = "small numbers without a unit are not taken for sizes"
            return f"name or size was not found in its command (line {done.line} of the tape); {why}"
        return f"the name was not found in its command (line {done.line} of the tape)"
    return f"of its commands on the tape {'none succeeded' if exchanges else 'none was found'}"


def _learn(verb: Verb, exchanges: Sequence[PastedExchange], words: KnownWords, draft: _Draft) -> None:
    done = next((each for each in exchanges if not words.failed(each)), None)
    template = None if done is None else template_of(done.command, verb, words)
    if done is None or template is None:
        if verb in _NEEDED:
            draft.todo.append(f"{verb}: {_why_not(verb, exchanges, done)}")
            draft.commands[verb.value] = _UNKNOWN[verb]
            draft.replies[verb.value] = _ROWS.get(verb, {"form": "message", "text": ""})
        return
    draft.commands[verb.value] = template
    if verb in {Verb.SHOW, Verb.LIST}:
        reply = rows_reply(done.output, words, single=verb is Verb.SHOW)
        if reply is None:
            draft.todo.append(f"{verb}: name and size were not found in its reply (line {done.line} of the tape)")
        draft.replies[verb.value] = _ROWS[verb] if reply is None else reply
    else:
        draft.replies[verb.value] = message_reply(done.output, words.names_in(done.command), words)


def _refusals(
    by_verb: Mapping[Verb, list[PastedExchange]], words: KnownWords, draft: _Draft
) -> Iterator[dict[str, Any]]:
    """What failed, once each; and the two that every dialect has."""
    seen: set[tuple[int | None, str]] = set()
    codes: set[str] = set()
    for verb, exchanges in by_verb.items():
        for each in exchanges:
            line = each.output.strip()
            if not words.failed(each) or not line or "\n" in line:
                continue
            text = words.with_places(line, words.names_told(each))
            if (each.status, text) in seen:
                continue
            seen.add((each.status, text))
            code = refusal_code(line, verb)
            codes.add(code)
            yield {"code": code, **({} if each.status is None else {"status": each.status}), "text": text}
    for code, text in (("invalid", "TODO invalid: {message}"), ("internal", "TODO internal: {message}")):
        if code not in codes:
            draft.todo.append(f"refusals: no {code} is on the tape")
            yield {"code": code, "text": text}


def _like(exchanges: Sequence[PastedExchange]) -> Iterator[str]:
    """The shipped dialect that understands the most, where that is most of it."""
    understood = {
        name: sum(each.understood for each in judge_transcript(load_dialect(name), list(exchanges)))
        for name in DIALECTS
    }
    best = max(understood, key=lambda name: understood[name])
    if understood[best] >= _LIKE * len(exchanges):
        yield f"The shipped dialect {best!r} understands {understood[best]} of its {len(exchanges)} exchanges."
