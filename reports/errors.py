"""The errors of the reports.

ReportError
└── JournalError    a file that is not a journal of this format
"""

__all__ = ["JournalError", "ReportError"]


class ReportError(Exception):
    """The root of what this package raises."""


class JournalError(ReportError):
    """A file is not a journal; names the file, the key and what is wrong."""
