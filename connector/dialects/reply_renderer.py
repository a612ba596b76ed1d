"""How a dialect spells what a cluster answered."""

from dataclasses import dataclass

from connector.dialects.asked_command import AskedCommand
from connector.dialects.jobs import JobNews
from connector.dialects.noise import Noise
from connector.dialects.numbers import Numbers
from connector.dialects.places import Places
from connector.dialects.refusal_form import RefusalForm
from connector.dialects.rows import rows_of
from connector.dialects.steps import Steps, followed_job, step_of
from connector.operations import Reply
from connector.protocol import Refusal, WireReply
from connector.values import replace

__all__ = ["ReplyRenderer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRenderer:
    """Spells replies. statuses: the connector gives an exit status."""

    steps: Steps
    refusals: RefusalForm
    places: Places
    noise: Noise | None
    statuses: bool

    def render(self, ask: AskedCommand | None, answer: Reply | Refusal, numbers: Numbers | None = None) -> WireReply:
        """Spell an answer. `ask` None: the command line could not be read. numbers: of the shares in it."""
        if isinstance(answer, Refusal):
            verb, told = (None, {}) if ask is None else (ask.verb, ask.values)
            wire = self.refusals.write(verb, answer, told)
            return self._sent(wire if self.statuses else replace(wire, status=None))
        assert ask is not None, "what could not be read cannot have succeeded"
        rows, form = rows_of(answer), step_of(self.steps, ask.verb, ask.step).form
        assert form is not None, "only jobs have none"
        if numbers is not None:
            for place in self.places.of_shares:
                for row in rows:
                    row[place] = numbers.of_share(row["name"])
        return self._success(form.write(rows, ask))

    def render_news(self, ask: AskedCommand, news: JobNews) -> WireReply:
        """Spell how far a job is."""
        job = followed_job(self.steps, ask.verb, ask.step)
        text = {JobNews.RUNNING: job.running, JobNews.DONE: job.done, JobNews.FAILED: job.failed}[news][0]
        return self._success(f"{text.write({**ask.values, 'message': 'the share is not there'})}\n")

    def _success(self, text: str) -> WireReply:
        return self._sent(WireReply(status=0 if self.statuses else None, stdout=text))

    def _sent(self, wire: WireReply) -> WireReply:
        return wire if self.noise is None else self.noise.added(wire)
