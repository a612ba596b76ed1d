"""A shell on a connection to a model: a channel that is kept from command to command."""

from dataclasses import dataclass

from connector.shell.personality import ShellPersonality

__all__ = ["DirectShell"]


@dataclass(slots=True, kw_only=True)
class DirectShell:
    """ordinal: which channel of its connection it is, from 1; 0: it is not open yet. idle: it is at its prompt."""

    personality: ShellPersonality
    ordinal: int = 0
    idle: bool = False
