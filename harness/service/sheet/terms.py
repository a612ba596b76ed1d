"""The closed choices of a sheet: what is asked, what answers mean, and the states of a share."""

from enum import StrEnum

__all__ = ["AnswerClass", "Follow", "Paging", "SheetRequest", "SheetState", "WriterRole"]


class SheetRequest(StrEnum):
    """What a service is asked."""

    CREATE = "create"
    GET = "get"
    FIND = "find"
    LIST = "list"
    RECORDS = "records"
    RESIZE = "resize"
    DELETE = "delete"
    ALLOW = "allow"
    DENY = "deny"
    OPERATION = "operation"
    CHANGE_LOG = "change_log"


class AnswerClass(StrEnum):
    """ok: it did, or promised to. fail: it certainly did not and will not. unknown: nobody can tell."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


class SheetState(StrEnum):
    """The states of a share in the contract; gone: a share of which no more than a trace is left."""

    PENDING = "pending"
    ACTIVE = "active"
    UPDATING = "updating"
    FAILING = "failing"
    DELETING = "deleting"
    GONE = "gone"


class WriterRole(StrEnum):
    """Who changes the state of a share: the API, what carries out operations, or what cleans up."""

    API = "api"
    PROCESSOR = "processor"
    SWEEPER = "sweeper"


class Follow(StrEnum):
    """How a promise is followed. share: by asking for the share. operation: by asking for what the answer names. none:
    an answer comes when all is done."""

    SHARE = "share"
    OPERATION = "operation"
    NONE = "none"


class Paging(StrEnum):
    """How the next page is asked for. cursor: with what the page says. marker: with the last share of the page. offset:
    with the number of shares so far. link: at the address that the page says."""

    CURSOR = "cursor"
    MARKER = "marker"
    OFFSET = "offset"
    LINK = "link"
