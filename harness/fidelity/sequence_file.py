"""A sequence as a TOML file, to play it again."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, Self

import tomli_w
from pydantic import Field, model_validator

from connector.operations import Access, Verb
from connector.table import TomlTable
from connector.tomlfile import read_toml
from harness.fidelity.steps import ClientKind, Instant, OwnMark, SequenceCommand, SequenceStep, ShareSlot, SizeKind

__all__ = ["SequenceTable", "read_sequence", "sequence_text"]

_HEADING = "# A sequence of commands that two connectors answer differently (spoolproof fidelity --replay FILE).\n"
_OF_A_SHARE = frozenset(Verb) - {Verb.LIST, Verb.CAPABILITIES, Verb.PING}
_OF_A_SNAPSHOT = frozenset({Verb.SNAPSHOT_CREATE, Verb.SNAPSHOT_DELETE})
_SIZED = frozenset({Verb.CREATE, Verb.RESIZE})
_OF_A_CLIENT = frozenset({Verb.ALLOW, Verb.DENY})
_MARKED = frozenset({Verb.CREATE, Verb.DELETE, Verb.LIST})
_CHANGING = frozenset({*_SIZED, *_OF_A_CLIENT, *_OF_A_SNAPSHOT, Verb.DELETE})
_NEEDS = {
    "share": _OF_A_SHARE,
    "size": _SIZED,
    "client": _OF_A_CLIENT,
    "access": frozenset({Verb.ALLOW}),
    "snapshot": _OF_A_SNAPSHOT,
    "request": _CHANGING,
}
_MAY = {"mark": _MARKED, "sequence": _CHANGING, "not_after": _CHANGING}


class CommandTable(TomlTable):
    """One command."""

    verb: Verb
    share: ShareSlot | None = None
    size: SizeKind | None = None
    mark: OwnMark | None = None
    client: ClientKind | None = None
    access: Access | None = None
    snapshot: str | None = Field(default=None, pattern="^[a-z0-9]{1,20}$")
    request: str | None = Field(default=None, pattern="^[a-z0-9]{1,20}$")
    sequence: int | None = Field(default=None, ge=0)
    not_after: Instant | None = None
    connection: int = Field(default=0, ge=0, le=1)

    @model_validator(mode="after")
    def _is_of_its_verb(self) -> Self:
        for key, verbs in {**_NEEDS, **_MAY}.items():
            given = getattr(self, key) is not None
            if given and self.verb not in verbs:
                raise ValueError(f"{key} is not for {self.verb}")
            if not given and key in _NEEDS and self.verb in verbs:
                raise ValueError(f"{self.verb} needs {key}")
        return self


class StepTable(TomlTable):
    """One command, or two at once."""

    commands: tuple[CommandTable, ...] = Field(min_length=1, max_length=2)


class SequenceTable(TomlTable):
    """A sequence."""

    format: Literal[1]
    steps: tuple[StepTable, ...] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _has_one_pair_at_most(self) -> Self:
        if sum(len(step.commands) == 2 for step in self.steps) > 1:
            raise ValueError("steps: at most one step may have two commands")
        return self


def read_sequence(path: Path) -> tuple[SequenceStep, ...]:
    """Raises `TomlProblems`."""
    table = read_toml(path, SequenceTable)
    return tuple(
        SequenceStep(commands=tuple(SequenceCommand(**dict(each)) for each in step.commands)) for step in table.steps
    )


def sequence_text(steps: Sequence[SequenceStep]) -> str:
    """As `read_sequence` takes it."""
    rows = [{"commands": [_row(command) for command in step.commands]} for step in steps]
    return _HEADING + tomli_w.dumps({"format": 1, "steps": rows})


def _row(command: SequenceCommand) -> dict[str, Any]:
    row = {key: value for key, value in asdict(command).items() if value is not None}
    if not row["connection"]:
        del row["connection"]
    return {key: str(value) if isinstance(value, str) else value for key, value in row.items()}
