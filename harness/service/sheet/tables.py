"""What a service sheet may say: the tables that it is read into."""

from typing import Literal, Self

from pydantic import Field, model_validator

from connector.table import TomlTable
from connector.units import Duration
from harness.service.sheet.pointers import Pointer
from harness.service.sheet.request_tables import (
    AccessTable,
    ListTable,
    PagingTable,
    ReadTable,
    RequestTable,
    ResizeTable,
)
from harness.service.sheet.terms import AnswerClass, Follow, SheetRequest, SheetState, WriterRole
from harness.service.sheet.values import (
    Condition,
    HeaderName,
    Headers,
    MediaType,
    Pattern,
    Pointers,
    Statuses,
    Text,
    Unit,
)

__all__ = [
    "AllowanceTable",
    "AnswerTable",
    "ChangeLogTable",
    "FieldTable",
    "IdempotencyTable",
    "OperationTable",
    "RefusalTable",
    "ShareField",
    "SheetShareTable",
    "SheetTable",
    "TlsTable",
]


class FieldTable(TomlTable):
    """A value that is part of a text."""

    at: Pointers
    pattern: Pattern = Field(description="a regular expression for the whole text; its only group is the value")


ShareField = Pointers | FieldTable


class SheetShareTable(TomlTable):
    """Where the members of a share stand, from the share itself. Each is a JSON pointer, several of which the first
    that is there counts, or a table with `at` and `pattern`."""

    name: ShareField = Field(description="its name")
    location: ShareField | None = Field(
        default=None, description="its location; left out: it is the one that was asked for"
    )
    state: ShareField | None = Field(default=None, description="its state; left out: what is there is active")
    size: ShareField | None = Field(default=None, description="its size, a number of `unit`")
    unit: Unit = Field(default="bytes", description="of sizes in answers")
    id: ShareField | None = Field(default=None, description="the id that the service gave it: the place `{id}`")
    reason: ShareField | None = Field(default=None, description="why it is in this state")


class ChangeLogTable(ListTable):
    """How the service's own log of state changes is read, once, at the end of a run. Where the members of a row stand
    is said as in `[share]`; its states are words of `[states]`."""

    share: Pointer | None = Field(
        default=None, description="where the row stands in an item; left out: it is all of it"
    )
    items: Pointer = Field(description="where the list of rows stands in an answer")
    paging: PagingTable | None = Field(default=None, description="as of a list, but for `marker`")
    newest_first: bool = Field(default=False, description="true: the last change comes first")
    at: ShareField = Field(
        description="when it was: Unix seconds, or ISO 8601 with its offset, by a clock that agrees with this machine's"
    )
    skew: Duration = Field(
        default=0.0,
        description="how far that clock may be off, and how coarse it is; instants in whole seconds need 1s",
    )
    id: ShareField = Field(description="the id of the share, the same as `share.id`")
    name: ShareField = Field(description="its name")
    location: ShareField | None = Field(
        default=None, description="its location; left out: it is the one that was asked for"
    )
    before: ShareField | None = Field(
        default=None,
        description="the state that it left, nothing where it was made; left out: the one that its last row tells",
    )
    after: ShareField = Field(description="the state that it came into, nothing where it was removed")
    reason: ShareField | None = Field(
        default=None, description="why; left out: nothing is judged that needs it (S3, S5, L5)"
    )
    writer: ShareField | None = Field(default=None, description="who wrote it; left out: S11 is not judged")
    writers: dict[WriterRole, tuple[Text, ...]] = Field(
        default={}, description="the service's own words for each writer; default: the same words"
    )
    moves: tuple[tuple[SheetState, SheetState], ...] = Field(
        default=(),
        description='moves that are right beside those of the contract (S4), such as `["failing", "deleting"]`; `gone` '
        "is no share",
    )


class RefusalTable(TomlTable):
    """Where the members of an answer that is not ok stand."""

    cause: Pointers | None = Field(
        default=None, description="a word for why, or a URI whose last segment is one; left out: `status-404` and so on"
    )
    message: Pointers | None = Field(default=None, description="a sentence for people")
    share: Pointer | None = Field(default=None, description="where the share stands, if it does")


class AnswerTable(TomlTable):
    """What an answer means. The first that matches counts; what none matches is ok with 2xx, else unknown."""

    of: list[SheetRequest] = Field(default=[], description="the requests that it is about; default: all")
    status: Statuses = Field(description='one, or several: 409, "4xx", [404, 410]')
    media: MediaType | None = Field(default=None, description="how its content type begins")
    body: Condition | None = Field(
        default=None, description='values by JSON pointer, all of which must be there: `{ "/code" = [17, 18] }`'
    )
    means: AnswerClass = Field(
        description="`ok`: done or promised; `fail`: it certainly did not happen and will not; `unknown`"
    )
    cause: Text | None = Field(default=None, description="a word for it in reports, instead of what the answer says")
    state: SheetState | None = Field(
        default=None, description="the state of the share after it, where the answer does not say that"
    )

    def is_about(self, asked: SheetRequest) -> bool:
        """Whether it concerns answers to these requests."""
        return not self.of or asked in self.of


class OperationTable(TomlTable):
    """How an operation resource is followed."""

    at: Pointer | None = Field(default=None, description="where an answer names the operation")
    header: HeaderName | None = Field(default=None, description="instead: the header that does, such as `Location`")
    pattern: Pattern | None = Field(
        default=None, description="a regular expression for the whole name; its only group is `{operation}`"
    )
    path: str = Field(
        default="{operation}", description="where the operation is asked for; of a name that is a URL, the path counts"
    )
    headers: Headers = Field(default={}, description="beside those of all requests")
    done: Pointer | Condition = Field(
        description="where anything but `false` and `null` stands once it has ended; or values by JSON pointer"
    )
    failed: Pointer | Condition | None = Field(default=None, description="the same, of one that has failed")
    reason: Pointers | None = Field(default=None, description="why it has failed")

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.at is None) == (self.header is None):
            raise ValueError("needs either at or header")
        return self


class IdempotencyTable(TomlTable):
    """How the key of an op is sent, the same with each of its tries."""

    header: HeaderName = Field(description="of create, resize, delete and access changes")


class TlsTable(TomlTable):
    """How the certificate of an `https:` URL is checked."""

    ca: Text | None = Field(default=None, description="a file of certificates beside the sheet; default: the system's")
    verify: bool = Field(default=True, description="false: any certificate will do")


class AllowanceTable(TomlTable):
    """What the checkers allow the service beyond the strictest reading; each verdict repeats it."""

    grace: Duration = Field(
        default=0.0,
        description="within which the service's own sweep removes from a cluster what nobody is to have; as long, it "
        "may be there (L2, S8)",
    )
    late_effects: bool = Field(
        default=False,
        description="true: what was reported as failed may still take effect on a cluster, until `grace` is over (S7)",
    )


class SheetTable(TomlTable):
    """A service sheet."""

    format: Literal[1] = Field(description="of the sheet")
    name: Text = Field(description="of the service, in reports")
    summary: str = Field(default="", description="one sentence")
    headers: Headers = Field(default={}, description="of all requests; `{env.NAME}` is a variable of the environment")
    follow: Follow = Field(
        default=Follow.SHARE,
        description="how a promise is followed: `share`: by asking for the share; `operation`: by `[operation]`; "
        "`none`: there is none, since an answer comes when all is done",
    )
    share: SheetShareTable
    states: dict[SheetState, tuple[Text, ...]] = Field(
        default={}, description="the service's own words for each state of the contract"
    )
    create: RequestTable
    get: ReadTable
    find: ReadTable | None = Field(
        default=None, description="how the id of a share is found; default: as `list`, looked through"
    )
    list: ListTable
    records: ListTable | None = Field(
        default=None, description="how all shares are read, at the end of a run; default: `list` of each location"
    )
    resize: ResizeTable | None = Field(default=None, description="left out: shares cannot be resized")
    delete: RequestTable
    change_log: ChangeLogTable | None = Field(
        default=None, description="left out: the service has no log of its state changes that can be read"
    )
    allow: AccessTable | None = Field(default=None, description="gives a client access")
    deny: RequestTable | None = Field(default=None, description="takes it away")
    operation: OperationTable | None = None
    idempotency: IdempotencyTable | None = Field(default=None, description="left out: requests carry no key")
    refusal: RefusalTable = RefusalTable()
    answers: tuple[AnswerTable, ...] = ()
    tls: TlsTable = TlsTable()
    allowances: AllowanceTable = AllowanceTable()
