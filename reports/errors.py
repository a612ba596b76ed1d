"""The errors of the reports.

ReportError
├── JournalError       a file that is not a journal of this format
└── CapacityFileError  a file that is not a result of `spoolproof capacity`
"""

__all__ = ["CapacityFileError", "JournalError", "ReportError"]


class ReportError(Exception):
    """The root of what this package raises."""


class JournalError(ReportError):
    """A file is not a journal; names the file, the key and what is wrong."""


class CapacityFileError(ReportError):
    """A file is not a result of `spoolproof capacity`; names the file, the key and what is wrong."""
