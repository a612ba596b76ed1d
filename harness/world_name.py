"""How the command line and a journal name a world; apart from the table, since `--help` shall import nothing heavy."""

from enum import StrEnum

__all__ = ["WorldName"]


class WorldName(StrEnum):
    """Where a scenario is played. virtual-ssh: the virtual world with unmodified SSH and HTTP, byte by byte."""

    LIVE = "live"
    VIRTUAL = "virtual"
    VIRTUAL_SSH = "virtual-ssh"
    MODEL = "model"
