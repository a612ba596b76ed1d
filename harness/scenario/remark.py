"""One thing that a reader of a scenario should know before running it."""

from dataclasses import dataclass
from enum import StrEnum

from connector.toml_lines import KeyPath

__all__ = ["Remark", "Severity"]


class Severity(StrEnum):
    """note: worth knowing. warning: the run will probably not show what it is meant to show."""

    NOTE = "note"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """key: where in the file it would be mended."""

    key: KeyPath
    reason: str
    severity: Severity = Severity.WARNING
