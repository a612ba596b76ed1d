"""What a dialect makes of the replies to its commands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.codes import Code
from connector.dialects.asked_command import AskedCommand
from connector.dialects.jobs import JobNews
from connector.dialects.noise import Noise
from connector.dialects.places import Places
from connector.dialects.refusal_form import RefusalForm
from connector.dialects.rows import ROW_FIELDS, Row, is_single
from connector.dialects.sizes import finish_sizes
from connector.dialects.steps import Steps, followed_job, step_of
from connector.errors import ReplyError
from connector.operations import Verb
from connector.protocol import Refusal, WireReply
from connector.values import fast_frozen, replace

__all__ = ["Heard", "ReplyReader"]

_NONE: Mapping[str, Any] = {}
_BYTE_ORDER_MARK = "\ufeff"
"""What Windows' programs begin a text in UTF-8 with."""


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A reply that is success: its rows, and the values of the dialect's own places."""

    rows: list[Row]
    places: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReader:
    """Reads replies. statuses: the connector gives an exit status; without, texts alone say what happened. ends_lines:
    a reply ends with its last line; else a prompt shows its end. units: bytes of each unit of sizes.
    """

    steps: Steps
    refusals: RefusalForm
    places: Places
    noise: Noise | None
    statuses: bool
    ends_lines: bool
    units: Mapping[str, int]

    def read(self, ask: AskedCommand, wire: WireReply) -> Heard | Refusal:
        """Read the answer to one command. Raises `ReplyError`."""
        wire = self._cleaned(wire)
        if ask.verb not in self.steps:
            raise ReplyError(f"the dialect has no {ask.verb}")
        try:
            if wire.status in (0, None) or not self.statuses:
                return self._success(ask, wire)
            return self.refusals.read(ask.verb, wire)
        except KeyError as error:
            raise ReplyError(f"{ask.verb}: {error} is not told") from error
        except ValueError as error:
            raise ReplyError(f"{ask.verb}: {error}") from error

    def read_news(self, ask: AskedCommand, wire: WireReply) -> JobNews | Refusal:
        """Read how far a job is. Raises `ReplyError`."""
        wire = self._cleaned(wire)
        job = followed_job(self.steps, ask.verb, ask.step)
        streams = dict.fromkeys((wire.stdout, wire.stderr))  # where both are one, as at a prompt, it is said once
        text = "\n".join(part for stream in streams if (part := stream.strip("\r\n")))
        for news, texts in ((JobNews.RUNNING, job.running), (JobNews.DONE, job.done), (JobNews.FAILED, job.failed)):
            for known in texts:
                found: Row = {}
                if known.read(text, found):
                    return news if news is not JobNews.FAILED else self._failed(ask, found.get("message", text))
        refusal = self.refusals.find(ask.verb, text)
        if refusal is None:
            raise ReplyError(f"{ask.verb}: {text[:200]!a} says nothing of the job")
        return refusal

    def _cleaned(self, wire: WireReply) -> WireReply:
        """Without a byte order mark, and without lines that say nothing of ours."""
        if wire.stdout.startswith(_BYTE_ORDER_MARK):
            wire = replace(wire, stdout=wire.stdout.removeprefix(_BYTE_ORDER_MARK))
        return wire if self.noise is None else self.noise.removed(wire)

    def fields_of(self, row: Row) -> Row:
        """Without the dialect's own places."""
        own = self.places.own
        return {name: value for name, value in row.items() if name not in own} if own else row

    def _success(self, ask: AskedCommand, wire: WireReply) -> Heard | Refusal:
        if wire.status is None or self.refusals.may_succeed:
            try:
                return self.refusals.read(ask.verb, wire)
            except ValueError:
                pass  # it is no refusal: then it has to be success
        step, own = step_of(self.steps, ask.verb, ask.step), self.places.own
        assert step.form is not None, "only jobs have none"
        if self.ends_lines and step.reply_of in ROW_FIELDS and not step.form.shows_its_end:
            _check_last_line(wire.stdout)
        rows = step.form.read(wire.stdout, ask)
        for row in rows:
            if "size_number" in row:
                finish_sizes(row, self.units)
        # Of several commands, a further one may tell of many parts of a share.
        if is_single(step.reply_of) and (not rows or (len(rows) > 1 and len(self.steps[step.verb]) == 1)):
            raise ValueError(f"one share was expected, not {len(rows)}")
        if step.reply_of is Verb.SHOW and "name" not in rows[0]:
            rows[0]["name"] = getattr(ask.request, "name", "")
        if not own:
            return Heard(rows=rows, places=_NONE)
        places = {name: value for row in rows[:1] for name, value in row.items() if name in own}
        return Heard(rows=[self.fields_of(row) for row in rows], places=places)

    def _failed(self, ask: AskedCommand, message: str) -> JobNews | Refusal:
        return self.refusals.find(ask.verb, message) or Refusal(code=Code.INTERNAL, message=message)


def _check_last_line(text: str) -> None:
    """A number that was cut short reads as a smaller one: where nothing else shows the end of a reply, the end of its
    last line does."""
    if text and not text.endswith(("\n", "\r")):
        raise ValueError("the last line has no end: the reply may have been cut short")
