"""The errors of the contract.

ConnectorError
├── DialectError    a dialect file that is not one
├── CommandError    a command line that is not of the dialect
├── ReplyError      a reply that is not of the dialect
└── TargetError     an address file that is not one
"""

__all__ = ["CommandError", "ConnectorError", "DialectError", "ReplyError", "TargetError"]


class ConnectorError(Exception):
    """The root of what this package raises."""


class DialectError(ConnectorError):
    """A dialect file is not acceptable; names the file, the key and what is accepted."""


class CommandError(ConnectorError):
    """A command line is not of the dialect; says which word and what is accepted."""


class ReplyError(ConnectorError):
    """A reply is not of the dialect; the outcome of the command is unknown."""


class TargetError(ConnectorError):
    """A file of cluster addresses is not acceptable; names the file, the key and what is accepted."""
