"""From a response to the `Answer` of an op, as the sheet says."""

from dataclasses import dataclass

from connector.values import replace
from harness.http_client import HttpResponse
from harness.service.answer import Answer
from harness.service.gateway_site import GATEWAY_CODES, gateway_site
from harness.service.sheet.judging import Judging, cause_of, media_of, read_document
from harness.service.sheet.pointers import find, find_first
from harness.service.sheet.request_tables import ReadTable, RequestTable
from harness.service.sheet.shares import ShownShare, ShownShares, Unreadable
from harness.service.sheet.tables import SheetTable
from harness.service.sheet.terms import AnswerClass, SheetRequest, SheetState
from reports.history import Op, OpResult

__all__ = ["PROMISED", "AcceptedChange", "SheetAnswers", "absent"]

_RESULTS = {AnswerClass.OK: OpResult.OK, AnswerClass.FAIL: OpResult.FAIL, AnswerClass.UNKNOWN: OpResult.INFO}
_NOT_FOUND = 404
PROMISED = 202
"""What an answer is taken for that promises, whatever its status."""
_UNDER_WAY = {SheetState.PENDING, SheetState.UPDATING, SheetState.DELETING}
_LONGEST = 300
"""Characters of a message; it may be a page of HTML."""
_PREFERENCE = (SheetState.ACTIVE, SheetState.UPDATING, SheetState.PENDING, SheetState.DELETING, SheetState.FAILING)


def absent(message: str) -> Answer:
    """There is no such share."""
    return Answer(result=OpResult.FAIL, status=_NOT_FOUND, cause="not-found", message=message)


@dataclass(frozen=True, slots=True)
class AcceptedChange:
    """An answer that is ok. state: of the share after it, as a rule says."""

    read: object
    complaint: Unreadable | None
    state: SheetState | None

    @property
    def document(self) -> object:
        """What it says; None for nothing. Raises `Unreadable`."""
        if self.complaint is not None:
            raise self.complaint
        return self.read


class SheetAnswers:
    """Reads responses. Never raises for what a server can send, but where a method says so."""

    def __init__(self, sheet: SheetTable) -> None:
        self._sheet = sheet
        self._judging = Judging(sheet)
        self.shares = ShownShares(sheet)

    def accepted(self, asked: SheetRequest, response: HttpResponse) -> "AcceptedChange | Answer":
        """An answer that is ok, or what another one means."""
        document, complaint = _read(response)
        judged = self._judging.classify(asked, response, document)
        rule = judged.rule
        if judged.means is AnswerClass.OK:
            return AcceptedChange(document, complaint, rule.state if rule is not None else None)
        answer = self._refusal(response, document, _RESULTS[judged.means])
        return answer if rule is None or rule.cause is None else replace(answer, cause=rule.cause)

    def of_change(self, asked: SheetRequest, table: RequestTable, response: HttpResponse) -> Answer:
        """The answer to a request that changes something."""
        accepted = self.accepted(asked, response)
        if isinstance(accepted, Answer):
            return accepted
        try:
            return self.done(asked, accepted, table.share, response.status)
        except Unreadable as error:
            return self.unreadable(response, error)

    def done(self, asked: SheetRequest, accepted: "AcceptedChange", share: str | None, status: int) -> Answer:
        """It was done, or promised. share: where the share stands. Raises `Unreadable`."""
        shown = ShownShare()
        if share is not None and accepted.document is not None:
            shown = self.shares.read(find(accepted.document, share))
        state = shown.state or accepted.state
        if state is SheetState.GONE and asked is SheetRequest.CREATE:
            message = shown.reason or f"its state is {shown.word}"
            return Answer(result=OpResult.FAIL, status=status, cause="failed", message=message, share=shown.id)
        if state in _UNDER_WAY and (asked is not SheetRequest.DELETE or accepted.state is not None):
            status = PROMISED
        said = None if state is None or state is SheetState.GONE else str(state)
        return Answer(result=OpResult.OK, status=status, share=shown.id, state=said, reason=shown.reason)

    def of_share(self, asked: SheetRequest, table: ReadTable, op: Op, response: HttpResponse) -> ShownShare | Answer:
        """The share that an answer shows, or why it shows none."""
        accepted = self.accepted(asked, response)
        if isinstance(accepted, Answer):
            return accepted
        try:
            if table.items is not None:
                shares = self.shares.read_items(accepted.document, table.items)
                return self.chosen(shares, op) or absent("no share of this name in the list")
            return _present(self.shares.read(find(accepted.document, table.share or "")))
        except Unreadable as error:
            return self.unreadable(response, error)

    def chosen(self, shares: list[ShownShare], op: Op) -> ShownShare | None:
        """The share that an op is about. Of several with its name the liveliest; of those alike, the first."""
        alike = [
            share
            for share in shares
            if share.name == op.name
            and share.location in {None, op.location}
            and share.state not in {None, SheetState.GONE}
        ]
        return min(alike, key=lambda share: _PREFERENCE.index(share.state or SheetState.FAILING), default=None)

    def unreadable(self, response: HttpResponse, error: Unreadable) -> Answer:
        """An answer that is not what the sheet says: nobody can tell what happened."""
        return Answer(
            result=OpResult.INFO, status=response.status, cause="unreadable-answer", message=str(error)[:_LONGEST]
        )

    def _refusal(self, response: HttpResponse, document: object, result: OpResult) -> Answer:
        refusal = self._sheet.refusal
        try:
            shown = self.shares.read(find(document, refusal.share)) if refusal.share is not None else ShownShare()
        except Unreadable:
            shown = ShownShare()
        message = find_first(document, refusal.message or ()) if document is not None else _outline(response)
        return Answer(
            result=result,
            status=response.status,
            cause=cause_of(self._sheet, document, response.status),
            code=GATEWAY_CODES.get(response.status),
            site=gateway_site(response),
            message=str(message or "")[:_LONGEST],
            share=shown.id,
            state=None if shown.state is None else str(shown.state),
        )


def _present(share: ShownShare) -> ShownShare | Answer:
    if share.state is None:
        raise Unreadable("the state of the share is missing")
    return absent(f"its state is {share.word}") if share.state is SheetState.GONE else share


def _read(response: HttpResponse) -> tuple[object, Unreadable | None]:
    try:
        return read_document(response), None
    except Unreadable as error:
        return None, error


def _outline(response: HttpResponse) -> str:
    """What there is to say of an answer that is no JSON."""
    if 300 <= response.status < 400 and "location" in response.headers:
        return f"redirects to {response.headers['location'][:_LONGEST]}"
    kind = media_of(response).partition(";")[0]
    return f"not JSON (content type {kind or 'missing'})" if response.body else ""
