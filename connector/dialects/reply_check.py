"""Whether replies read back as what they were written for, and what a dialect's words leave out."""

from collections.abc import Iterator, Sequence

from connector.codes import CATALOGUE
from connector.dialects.asked_command import AskedCommand
from connector.dialects.engine import FileDialect
from connector.dialects.form import SheetError
from connector.dialects.jobs import JobNews
from connector.dialects.rows import OPTIONAL, SNAPSHOT_OPTIONAL, rows_of
from connector.dialects.samples import sample_replies, sample_request
from connector.dialects.steps import FollowedJob, OperationStep, StepRole
from connector.dialects.text import Text
from connector.errors import ReplyError
from connector.operations import (
    Access,
    AccessRule,
    Capability,
    ListReply,
    Reply,
    ShareView,
    Show,
    ShowReply,
    SnapshotsReply,
    Verb,
)
from connector.protocol import Refusal, WireReply
from connector.shell.typable import as_seen
from connector.values import replace

__all__ = ["asked", "check_replies", "seen", "tells_all"]


def check_replies(dialect: FileDialect) -> None:
    """Raises `SheetError` for the first reply that does not read back as what was written."""
    for verb, steps in dialect.steps.items():
        for reply, must in sample_replies(dialect, verb):
            _check_reply(dialect, verb, reply, must=must)
        for step in steps:
            if step.job is not None:
                _check_job(dialect, step, step.job)


def tells_all(dialect: FileDialect) -> bool:
    """Whether what is asked and answered is the same after it was spelled and read: one command for an operation, and
    nothing that its words leave out."""
    steps = [step for found in dialect.steps.values() for step in found]
    is_simple = all(map(dialect.is_one_command, dialect.steps)) and not any(step.job or step.missing for step in steps)
    if not is_simple or dialect.places.own:
        return False
    share = _full_share(dialect)
    shown = (_heard(dialect, reply) == reply for reply in (ShowReply(share=share), ListReply(shares=(share,))))
    codes = [code for code, entry in CATALOGUE.items() if entry.status is not None]
    told = (dialect.refusals.told(code, verb) == (code, True) for code in codes for verb in dialect.steps)
    return all(shown) and all(told)


def asked(dialect: FileDialect, verb: Verb) -> AskedCommand:
    """A command of that verb."""
    return AskedCommand(verb=verb, request=sample_request(dialect, verb))


def seen(dialect: FileDialect, wire: WireReply) -> WireReply:
    """The reply as the client gets it: a prompt has one stream, and perhaps no status."""
    return wire if dialect.shell is None or dialect.takes_exec else as_seen(dialect.shell, wire)


def _full_share(dialect: FileDialect) -> ShareView:
    """Half-made, of an odd size, and with all that the dialect's commands can give to a share."""
    has_rules = Capability.ACCESS_RULES in dialect.capabilities
    return ShareView(
        name=dialect.samples["name"],
        size=(5 << 30) + dialect.size_step,
        complete=False,
        mark=dialect.samples["mark"] if Capability.MARK in dialect.capabilities else None,
        request_id=dialect.samples["request_id"] if "request_id" in dialect.carried[Verb.CREATE] else None,
        rules=(AccessRule(client=dialect.samples["client"], access=Access.READ_ONLY),) if has_rules else (),
    )


def _heard(dialect: FileDialect, reply: ShowReply | ListReply) -> Reply | Refusal | None:
    ask = asked(dialect, Verb.SHOW if isinstance(reply, ShowReply) else Verb.LIST)
    try:
        return dialect.reply(ask, seen(dialect, dialect.render(ask, reply)))
    except (ReplyError, ValueError, KeyError):
        return None


def _check_reply(dialect: FileDialect, verb: Verb, reply: Reply, *, must: bool) -> None:
    """As one command says it; where there are several, each of them has to read at all. must: it can be spelled."""
    path, whole, command = ("replies", verb.value), len(dialect.steps[verb]) == 1, asked(dialect, verb)
    if isinstance(reply, ShowReply):
        command = replace(command, request=Show(name=reply.share.name))
    for step in dialect.steps[verb]:
        if step.role is StepRole.LOOK:
            continue
        ask = replace(command, step=step)
        try:
            wire = seen(dialect, dialect.render(ask, reply))
        except (ValueError, KeyError) as error:
            if must:
                raise SheetError(path, f"cannot be written for {_briefly(reply)}: {error}") from error
            return
        try:
            heard = dialect.reply(ask, wire) if whole else dialect.read(ask, wire)
        except ReplyError as error:
            raise SheetError(path, f"{_shown(wire.stdout)} does not read back: {error}") from error
        if whole and (difference := _difference(reply, heard, of_names=step.shows_each)):
            raise SheetError(path, f"{_shown(wire.stdout)} does not read back: {difference}")


def _difference(written: Reply, heard: object, *, of_names: bool) -> str:
    """What was written and what it reads as, where the two differ in what the reply tells. of_names: it tells no more
    than names."""
    if isinstance(heard, Refusal):
        return f"it reads as a refusal, {heard.code}"
    before, after = _views(written), _views(heard)
    optional = SNAPSHOT_OPTIONAL if isinstance(written, SnapshotsReply) else OPTIONAL
    if len(before) != len(after):
        return f"written for {len(before)} rows, it reads as {len(after)}"
    for one, other in zip(before, after, strict=True):
        for field, value in one.items():
            is_told = field == "name" or not (of_names or (field in optional and other[field] == optional[field]))
            if is_told and other[field] != value:
                return f"written for the {field} {value!r}, it reads as {other[field]!r}"
    return "" if before or written == heard else f"it reads as {heard}"


def _views(reply: object) -> list[dict[str, object]]:
    return [dict(row) for row in rows_of(reply)] if isinstance(reply, (ShowReply, ListReply, SnapshotsReply)) else []


def _briefly(reply: Reply) -> str:
    told = [{field: value for field, value in row.items() if value not in (None, ())} for row in _views(reply)]
    return "; ".join(", ".join(f"{field} {value}" for field, value in row.items()) for row in told) or "success"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 120 else f"{text[:117]}…")


def _check_job(dialect: FileDialect, step: OperationStep, job: FollowedJob) -> None:
    """Whether each text says of a job what it is for. Raises `SheetError`."""
    ask = replace(asked(dialect, step.verb), step=job.step)
    for news, texts in _told(job):
        for text in texts:
            line = text.write({**ask.values, "message": "why it is so"})
            wire = seen(dialect, WireReply(status=0 if dialect.statuses else None, stdout=f"{line}\n"))
            read = dialect.reader.read_news(ask, wire)
            found = JobNews.FAILED if isinstance(read, Refusal) else read
            if found is not news:
                path = ("commands", step.verb.value, step.number, "job", news.value)
                raise SheetError(path, f"{_shown(line)} says of a job that it is {found}, too")


def _told(job: FollowedJob) -> Iterator[tuple[JobNews, Sequence[Text]]]:
    yield JobNews.RUNNING, job.running
    yield JobNews.DONE, job.done
    yield JobNews.FAILED, job.failed
