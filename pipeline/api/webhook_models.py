"""What clients send about webhooks, and what they are answered, as models."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.api.schemas import Instant
from pipeline.kinds.fields import whole_number
from pipeline.notices.kinds import NoticeKind
from pipeline.notices.records import DeliveryState
from pipeline.notices.signing import SignatureScheme
from pipeline.record import TENANT_NAME

__all__ = [
    "MadeWebhook",
    "NoticeAttemptPage",
    "NoticeDeliveryPage",
    "ReplayBody",
    "ReplayCount",
    "RotateBody",
    "SentTest",
    "WebhookBody",
    "WebhookJson",
    "WebhookList",
]

_LARGEST_NUMBER = 2**53 - 1
_LONGEST_OVERLAP = 30 * 86_400

Text = Annotated[str, Field(strict=True, max_length=2000)]
EventNumber = Annotated[int, Field(strict=True, ge=1, le=_LARGEST_NUMBER), BeforeValidator(whole_number)]


class WebhookBody(BaseModel):
    """The body of POST /v1/webhooks. kinds: of the notices that it gets; none: all. tenant: whose shares it is told of;
    null: everybody's. secret: null: a new one."""

    model_config = ConfigDict(extra="forbid")
    url: Text
    kinds: list[NoticeKind] = []
    tenant: Annotated[str, Field(strict=True, pattern=f"^{TENANT_NAME.pattern}$")] | None = None
    signature: SignatureScheme | None = None
    secret: Text | None = None


class RotateBody(BaseModel):
    """The body of POST …/rotate. overlap: seconds for which the old secret signs as well."""

    model_config = ConfigDict(extra="forbid")
    signature: SignatureScheme | None = None
    secret: Text | None = None
    overlap: Annotated[float, Field(strict=True, ge=0, le=_LONGEST_OVERLAP)] | None = None


class ReplayBody(BaseModel):
    """The body of POST …/replay. first, last: numbers of events."""

    model_config = ConfigDict(extra="forbid")
    first: EventNumber
    last: EventNumber = _LARGEST_NUMBER


class WebhookJson(BaseModel):
    """A receiver. tenant: whose shares it is told of; null: everybody's. signature null: it gets mail. disabled: why
    nothing is sent to it. cursor: the newest event that was looked at for it. failures: tries in a row that failed;
    due_at: nothing is sent before."""

    id: str
    url: str
    kinds: list[NoticeKind]
    signature: SignatureScheme | None
    public_key: str | None
    created_at: AwareDatetime
    tenant: str | None
    disabled: str | None
    cursor: int
    failures: int
    due_at: AwareDatetime


class MadeWebhook(WebhookJson):
    """The same with its secret, which is shown this once."""

    secret: str | None


class WebhookList(BaseModel):
    """All of them, in the order in which they were made."""

    webhooks: list[WebhookJson]


class ReplayCount(BaseModel):
    """How many messages are owed once more."""

    deliveries: int


class SentTest(BaseModel):
    """The id of the message."""

    message: str


class NoticeDeliveryJson(BaseModel):
    """What is or was owed. event 0 and share null: a test."""

    number: int
    message: str
    event: int
    kind: NoticeKind
    share: str | None
    location: str
    name: str
    state: DeliveryState
    attempt: int
    due_at: Instant
    ended_at: Instant | None


class NoticeDeliveryPage(BaseModel):
    """next: where to go on, also when nothing is here yet."""

    deliveries: list[NoticeDeliveryJson]
    next: int


class NoticeAttemptJson(BaseModel):
    """One try. ended_at null: its end was never written. error: why it counts as failed."""

    number: int
    message: str
    tried: int
    began_at: Instant
    ended_at: Instant | None
    status: int | None
    error: str | None


class NoticeAttemptPage(BaseModel):
    """next: where to go on, also when nothing is here yet."""

    attempts: list[NoticeAttemptJson]
    next: int
