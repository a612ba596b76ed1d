"""The mail about a change: one text, plain and as HTML, from templates."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from pipeline.notices.kinds import NoticeKind
from pipeline.notices.message import data_of
from pipeline.notices.records import NoticeDelivery

__all__ = ["compose"]

_SUBJECTS = {
    NoticeKind.ACTIVE: "is active",
    NoticeKind.FAILED: "could not be made",
    NoticeKind.DELETED: "was deleted",
    NoticeKind.RESIZED: "was resized",
    NoticeKind.RESIZE_FAILED: "could not be resized",
    NoticeKind.DELETE_FAILED: "could not be deleted",
    NoticeKind.ACCESS_CHANGED: "has other access rules",
    NoticeKind.SNAPSHOTS_CHANGED: "has other snapshots",
    NoticeKind.VERIFIED: "was verified",
    NoticeKind.CHANGE_FAILED: "could not be changed",
    NoticeKind.LOST: "is gone from its cluster",
}

_HEADERS = {
    "Spoolproof-Event": "event",
    "Spoolproof-Share": "id",
    "Spoolproof-State": "state",
    "Spoolproof-Path": "path",
}
"""For programs: what the body of a webhook about the same change has."""


def compose(delivery: NoticeDelivery, *, sender: str, to: str) -> EmailMessage:
    """The mail about a change; the same at every try."""
    share = f"{delivery.location}/{delivery.name}"
    subject = "A test of notices" if delivery.kind is NoticeKind.TEST else f"{share} {_SUBJECTS[delivery.kind]}"
    at = datetime.fromtimestamp(delivery.at, UTC)
    when = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    values = {"subject": subject, "reason": delivery.reason, "at": when, "message": delivery.message}
    mail = EmailMessage()
    mail["Subject"] = "".join(letter if letter.isprintable() else " " for letter in subject)
    mail["From"], mail["To"] = sender, to
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{delivery.message}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Spoolproof-Type"] = delivery.kind.value
    data = data_of(delivery)
    for header, member in _HEADERS.items() if data else ():
        mail[header] = str(data[member])
    mail.set_content(_template("mail.txt").render(values))
    mail.add_alternative(_template("mail.html").render(values), subtype="html")
    return mail


@cache
def _environment(*, html: bool) -> Environment:
    return Environment(autoescape=html, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - text is text


@cache
def _template(name: str) -> Template:
    text = (files("pipeline.notices") / "templates" / name).read_text(encoding="utf-8")
    return _environment(html=name.endswith(".html")).from_string(text)
