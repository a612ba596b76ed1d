"""How the command line and a journal name a world; apart from the table, since `--help` shall import nothing heavy."""

from enum import StrEnum

__all__ = ["WorldName"]


class WorldName(StrEnum):
    """Where a scenario is played."""

    LIVE = "live"
    VIRTUAL = "virtual"
    MODEL = "model"
