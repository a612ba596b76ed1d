"""How the command line and a journal name a world; apart from the table, since `--help` shall import nothing heavy."""

from enum import StrEnum

__all__ = ["WorldName"]


class WorldName(StrEnum):
    """Where a scenario is played. real: the live world with real connectors in place of fake clusters. virtual-ssh: the
    virtual world with unmodified SSH and HTTP, byte by byte."""

    LIVE = "live"
    REAL = "real"
    VIRTUAL = "virtual"
    VIRTUAL_SSH = "virtual-ssh"
    MODEL = "model"

    @property
    def has_wall_clock(self) -> bool:
        """Whether its clock is that of the machine, and the same seed need not give the same history."""
        return self in {WorldName.LIVE, WorldName.REAL}
