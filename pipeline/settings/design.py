"""The settings of the designs: how a request becomes a share."""

from enum import StrEnum

from connector.table import TomlTable
from pipeline.settings.fields import Seconds

__all__ = ["BlockingSettings", "Design"]


class Design(StrEnum):
    """How a request becomes a share.

    spool: a record, a message and a processor. blocking: the connector is called inside the request. in-process: the
    API answers at once, and a task of its own process carries on.
    """

    SPOOL = "spool"
    BLOCKING = "blocking"
    IN_PROCESS = "in-process"


class BlockingSettings(TomlTable):
    """The blocking design. bound: the longest that a request waits for its cluster, including the wait for a slot.

    wait: the longest wait for a slot; a command that would wait longer is not sent (None: up to the bound).
    """

    bound: Seconds = 4.0
    wait: Seconds | None = None
