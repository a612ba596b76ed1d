"""The pages on dialects: what a dialect file may say, and what each shipped family covers."""

from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files

from connector.dialects import DIALECTS, FileDialect, load_dialect
from connector.dialects.schema import dialect_schema
from connector.operations import (
    Capability,
    Create,
    Delete,
    DoneReply,
    List,
    ListReply,
    Reply,
    Request,
    Resize,
    ShareView,
    Show,
    ShowReply,
    Stamp,
    Verb,
)
from harness.scenario.words import table_section
from reports.connector_lacks import ConnectorLack, lacks_of, weaker

__all__ = ["FAMILY_PAGES", "dialect_file_markdown"]

_OPENING = """\
# The dialect file

A dialect file says how a connector's commands and replies are spelled; client and fake read the same file.
[How to write one](../how-to/add-a-dialect.md) goes through it. `spoolproof dialect check FILE` checks it, alone or
against transcripts, and `spoolproof schema dialect` prints the JSON Schema from which editors complete and check it.

An unknown key is an error that names the line and the accepted keys; so is a place that means nothing. When a file is
loaded, each command, reply and refusal is written and read back, with names that its own words could be mistaken for;
where one reads as another, the error shows it.

## Places

| place | |
|---|---|
| `{name}`, `{snapshot}`, `{client}`, `{mark}`, `{request_id}` and so on | of the request |
| `{size}` | with its unit, as `[values]` says; `{size_number}` and `{size_unit}`: the two apart |
| `{size_mib}`, `{size_gb}` and so on | in that unit, rounded up: kb, mb, gb, tb, pb and kib, mib, gib, tib, pib |
| `{growth}`, `{shrinkage}` | in `resize` after `{ use = "show" }`: by how many bytes; `_mib`, `_number`, `_unit` too |
| `{complete}`, `{capability}` | in replies: whether the share is whole, in the words of `[values]` |
| `{count}`, `{rows}`, `{row}` | in first and last lines and in JSON documents |
| `{message}`, `{code}` | in refusals |
| those of `[places]` | the dialect's own |

`{{` and `}}` are braces. What stands in brackets in a command is left out where it has no value; `[[` and `]]` are
brackets. A word of a command that has several places has the text `nothing` for what has no value.

## Quotes

`quotes` says how words with blanks or signs stand in a command line: as a POSIX shell has them (`shell`), in double
quotes (`double`), or not at all (`none`). What cannot be told so is refused before it is sent. In a command of the
file, double quotes hold a word with blanks together; with `quotes = "none"` they are signs as any other.

## Several commands for one operation

The first command of a create makes the share, half-made, and the last makes it whole; all others only need it. Where a
later command is certainly refused, those before it are undone, last first. A number that an earlier reply told can
stand in a later command. All of them share one deadline.

Where a list tells no more than names, `list = [{ send = "…" }, { use = "show" }]` looks at each share that it lists. A
`show` need not tell the name, which was asked for.

"""

_TABLES = (
    ("Top level", ""),
    ("`[values]`", "ValueSheet"),
    ("`[places.NAME]`", "PlaceSheet"),
    ("`[[noise]]`", "NoiseSheet"),
    ("One of several commands: `[[commands.VERB]]`", "StepSheet"),
    ("`undo`", "UndoSheet"),
    ("`job`", "JobSheet"),
    ('`form = "message"`', "MessageSheet"),
    ('`form = "json"`', "JsonReplySheet"),
    ('`form = "table"`', "TableSheet"),
    ('`form = "record"`', "RecordSheet"),
    ('`form = "lines"`', "LinesSheet"),
    ("`columns`", "ColumnSheet"),
    ('`[refusals]`, `form = "text"`', "TextRefusals"),
    ("`spellings`", "RefusalSheet"),
    ('`[refusals]`, `form = "json"`', "JsonRefusals"),
    ("`[shell]`", "ShellTable"),
)


def dialect_file_markdown() -> str:
    """The page on the file."""
    schema = dialect_schema()
    parts = [
        table_section(heading, schema["$defs"][name] if name else schema, schema["$defs"]) for heading, name in _TABLES
    ]
    return "\n".join([_OPENING, *parts])


def _family_markdown(name: str) -> str:
    dialect = load_dialect(name)
    parts = [f"# Dialect `{name}`\n", _about(name), _covers(dialect), "## As it is spoken\n", _spoken(dialect)]
    return "\n".join(parts)


def _about(name: str) -> str:
    """The comment with which the file opens."""
    text = files("connector.dialects").joinpath(DIALECTS[name]).read_text(encoding="utf-8")
    lines = [line.removeprefix("#").strip() for line in text.split("format =")[0].splitlines()]
    return "\n".join(lines) + (
        "\nModelled on what the family is known to say, not a copy of any release: check it against a transcript of\n"
        f"your own array with `spoolproof dialect check {name} TRANSCRIPT`.\n"
    )


def _covers(dialect: FileDialect) -> str:
    has = [f"`{capability}`" for capability in Capability if capability in dialect.capabilities]
    lacks = [f"`{verb}`" for verb in Verb if not dialect.knows(verb)]
    lines = [
        f"- Capabilities: {', '.join(has) or 'none'}.",
        f"- Operations that it lacks: {', '.join(lacks) or 'none'}.",
        f"- Sizes are rounded up to a multiple of {dialect.size_step} bytes." if dialect.size_step > 1 else "",
        *(f"- {line}" for line in _costs(dialect)),
    ]
    return "## What it covers\n\n" + "\n".join(filter(None, lines)) + "\n"


def _costs(dialect: FileDialect) -> Iterator[str]:
    """What the reference pipeline cannot rely on, and what a client is told who asks for what is not there."""
    lacks = lacks_of(dialect.capabilities, dialect)
    yield from (f"No {lack}: {_COSTS[lack]}" for lack in lacks)
    if lacks:
        link = "../explanation/invariants.md#connectors-that-lack-something"
        yield f"[Weaker]({link}) in the verdict: {', '.join(weaker(lacks))}."
    if dialect.lacking_resize:
        yield f"It {dialect.lacking_resize}: {_NOT_RESIZED}"


_COSTS = {
    ConnectorLack.MARKS: "a share is known by its name alone. The pipeline looks before it creates, and cannot sweep; "
    "what somebody else makes under that name in the same moment it may take for its own.",
    ConnectorLack.HALF_MADE_MARKS: "of a half-made share the name alone is known. The pipeline looks before it "
    "creates, and what a late command leaves half-made is not swept.",
    ConnectorLack.REQUEST_IDS: "a repeated command is a new one, and the pipeline looks after every lost reply.",
    ConnectorLack.SEQUENCES: "a command that was given up is waited out to its fence before the record moves on.",
}

_NOT_RESIZED = (
    "nothing changes, and a client that asks is told so for certain: after 202 the share is active again, with its old "
    "size and the reason `not resized: resize: unsupported …`. The blocking design answers 409 `cluster-refused` with "
    "the code `unsupported`."
)


def _spoken(dialect: FileDialect) -> str:
    """A client and a fake, word for word."""
    stamp = Stamp(request_id="r-1")
    step, mark = dialect.size_step, "spool/1"
    share = ShareView(
        name="home", size=max(1 << 30, step), mark=mark if Capability.MARK in dialect.capabilities else None
    )
    requests: tuple[Request, ...] = (
        Create(name="home", size=1 << 30, stamp=stamp, mark=mark),
        Show(name="home"),
        List(),
        Resize(name="home", size=2 << 30, stamp=stamp),
        Delete(name="home", stamp=stamp, mark=mark),
    )
    return "\n".join(_exchange(dialect, request, share) for request in requests if dialect.knows(request.verb))


def _exchange(dialect: FileDialect, request: Request, share: ShareView) -> str:
    responder, talk, lines = dialect.responder(lambda name: share.size), dialect.talk(request), list[str]()
    ended: object = None
    while ended is None:
        command = responder.read(talk.line)
        lines.append(f"> {talk.line}")
        wire = responder.render(command, _answer(command.request, share))
        lines += (wire.stdout or wire.stderr).splitlines()
        ended = talk.heard(wire)
    return (
        f"`{request.verb}`:\n\n<!-- not run: what a client sends, and a fake answers -->\n```text\n"
        + "\n".join(lines)
        + "\n```\n"
    )


def _answer(request: Request, share: ShareView) -> Reply:
    match request:
        case Show():
            return ShowReply(share=share)
        case List():
            return ListReply(shares=(share,))
        case _:
            return DoneReply()


def _page(name: str) -> Callable[[], str]:
    return lambda: _family_markdown(name)


FAMILY_PAGES: Mapping[str, Callable[[], str]] = {
    f"reference/dialect-{name}.md": _page(name) for name in DIALECTS if name not in ("native", "filer")
}
"""A page for each dialect that is modelled on a family of storage."""
