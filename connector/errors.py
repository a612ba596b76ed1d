"""The errors of the contract.

ConnectorError
├── DialectError    a dialect file that is not one
├── CommandError    a command line that is not of the dialect
├── ReplyError      a reply that is not of the dialect
├── ListenError     a server cannot listen at its address
├── TargetError     an address file that is not one
└── TomlProblems    a TOML file that is not acceptable, with every problem found in it
"""

from dataclasses import dataclass

from connector.toml_lines import KeyPath

__all__ = [
    "CommandError",
    "ConnectorError",
    "DialectError",
    "ListenError",
    "ReplyError",
    "TargetError",
    "TomlProblem",
    "TomlProblems",
]


class ConnectorError(Exception):
    """The root of what this package raises."""


class DialectError(ConnectorError):
    """A dialect file is not acceptable; names the file, the key and what is accepted."""


class CommandError(ConnectorError):
    """A command line is not of the dialect; says which word and what is accepted."""


class ReplyError(ConnectorError):
    """A reply is not of the dialect; the outcome of the command is unknown."""


class ListenError(ConnectorError):
    """A server cannot listen at the address; names it and says why."""


class TargetError(ConnectorError):
    """A file of cluster addresses is not acceptable; names the file, the key and what is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlProblem:
    """One thing that is wrong in a file. line: from 1, None for the file as a whole; key: dotted, may be empty.

    path: the same place as `key`, step by step."""

    source: str
    line: int | None = None
    key: str = ""
    path: KeyPath = ()
    message: str

    def __str__(self) -> str:
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        return ": ".join(part for part in (where, self.key, self.message) if part)


class TomlProblems(ConnectorError):
    """A TOML file is not acceptable; says each problem on a line of its own."""

    def __init__(self, problems: tuple[TomlProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
