"""The model's connector: what `connector.ssh` does with a cluster, without the SSH."""

from dataclasses import replace

from connector.chance import Chance
from connector.codes import Code
from connector.dialects import load_dialect, supports
from connector.errors import CommandError, ReplyError
from connector.operations import Reply, Request, Verb
from connector.outcomes import Done, Outcome, refusal
from connector.protocol import REPLY_LIMIT, Deadlines, Refusal, WireReply
from connector.sites import Site
from fake_clusters.model import ClusterModel
from fake_clusters.plans import OutputPlan
from fake_clusters.server.output import source_of
from harness.model.environment import FastEnvironment
from harness.model.twin.link import Call, Link
from harness.model.twin.pool import Grant, Pool, Stopped
from harness.model.twin.waiting import Wait, at, within
from pipeline.settings import CommandSettings

__all__ = ["ModelConnector"]

_WHOLE = OutputPlan()
_TICK = 0.02
"""Seconds between two pieces of a reply that drips."""


class ModelConnector:
    """Performs commands on one cluster's model: a place in the pool, a channel, the command, each with its deadline."""

    def __init__(self, env: FastEnvironment, model: ClusterModel, settings: CommandSettings, *, seed: int) -> None:
        self._env = env
        self._model = model
        self._dialect = load_dialect(model.spec.dialect)
        self._plain = self._dialect.name == "native"
        self._noise = Chance(seed, model.spec.name, "output")
        self._spoilt = 0
        self.pool = Pool(env, model, settings.connections, settings.sessions)

    def perform(self, request: Request, deadlines: Deadlines) -> Wait[Outcome]:
        """Never raises for what a cluster can do."""
        if not supports(request.verb, self._dialect.capabilities):
            message = f"the dialect {self._dialect.name} has no {request.verb}"
            return refusal(Code.UNSUPPORTED, Site.CONNECTOR_EXEC, message, sent=False)
        try:
            spelled = request if self._plain else self._dialect.request(self._dialect.command(request))
        except CommandError as error:
            return refusal(Code.INVALID, Site.CONNECTOR_EXEC, str(error), sent=False)
        try:
            answer = yield from self._call(spelled, deadlines)
        except Stopped as stopped:
            return stopped.outcome
        if isinstance(answer, Refusal):
            return refusal(answer.code, Site.CONNECTOR_EXEC, answer.message, sent=True)
        return Done(reply=answer)

    def _call(self, request: Request, deadlines: Deadlines) -> Wait[Reply | Refusal]:
        """Run the command. A kept connection that turns out to be of no use is replaced."""
        patience = deadlines.channel
        while True:
            grant: Grant = yield from self.pool.take(deadlines, patience)
            patience -= grant.waited
            began = self._env.now
            try:
                return (yield from self._run(request, grant.link, deadlines, patience))
            except Stopped as stopped:
                if grant.fresh or not stopped.gone:
                    raise
                patience -= self._env.now - began
            finally:
                grant.link.vacate()

    def _run(self, request: Request, link: Link, deadlines: Deadlines, patience: float) -> Wait[Reply | Refusal]:
        yield from self._open_channel(link, deadlines, patience)
        call = Call(link, self._env.event())
        link.calls[call] = None
        try:
            call.ticket = self._model.submit(request, link.number, call)
            late = self._env.now + deadlines.command
            if not (yield from within(self._env, call.over, deadlines.command)):
                link.abandoned = True
                raise self._late(deadlines, sent=True)
            if call.answer is None:
                raise Stopped(Code.LOST, Site.CONNECTOR_REPLY, "the connection was reset", sent=True)
            if call.output != _WHOLE or not self._plain:
                return (yield from self._read(request.verb, call.answer, call.output, late, deadlines))
            return call.answer
        finally:
            del link.calls[call]
            call.abandon()
            self._model.close_channel(link.number)

    def _open_channel(self, link: Link, deadlines: Deadlines, patience: float) -> Wait[None]:
        plan = self._model.open_channel(link.number)
        if plan.refuse:
            link.retired = link.retired or link.abandoned
            message = "the session was refused"
            raise Stopped(Code.REFUSED, Site.SSH_CHANNEL, message, gone=link.abandoned)
        if plan.delay >= patience:
            yield self._env.timeout(max(0.0, patience))
            link.retired = True
            raise self._late(deadlines, sent=False)
        if plan.delay:
            yield self._env.timeout(plan.delay)
        if link.lost:
            raise Stopped(Code.REFUSED, Site.SSH_CHANNEL, "the connection was closed", gone=True)
        if plan.exec_refuse:
            self._model.close_channel(link.number)
            raise Stopped(Code.REFUSED, Site.CONNECTOR_EXEC, "the server refused to run the command")

    def _read(
        self, verb: Verb, answer: Reply | Refusal, output: OutputPlan, late: float, deadlines: Deadlines
    ) -> Wait[Reply | Refusal]:
        """The reply in the dialect's words, as much of it as comes, when it comes."""
        wire = self._dialect.render(verb, answer)
        sent = self._spoil(wire, output)
        size = min(max(output.extra, len(sent.stdout) + len(sent.stderr)), REPLY_LIMIT + 1)
        if output.rate is not None:
            tick = max(_TICK, 1.0 / output.rate)
            ends = self._env.now + tick * max(1, -(-size // max(1, int(tick * output.rate))))
            yield at(self._env, min(ends, late))
            if ends >= late:
                raise self._late(deadlines, sent=True)
        if size > REPLY_LIMIT:
            raise Stopped(Code.UNREADABLE, Site.CONNECTOR_REPLY, "too long a reply", sent=True)
        try:
            return self._dialect.reply(verb, sent)
        except (ReplyError, UnicodeDecodeError) as error:
            raise Stopped(Code.UNREADABLE, Site.CONNECTOR_REPLY, str(error), sent=True) from error

    def _spoil(self, wire: WireReply, output: OutputPlan) -> WireReply:
        if output.keep >= 1.0 and not output.garble and not output.extra:
            return wire
        self._spoilt += 1
        # Of more noise than a client reads nobody sees a byte.
        plan = output if output.extra <= REPLY_LIMIT else replace(output, extra=0)
        stdout = source_of(wire.stdout.encode(), plan, self._noise, self._spoilt).rest()
        return replace(wire, stdout=stdout.decode(errors="replace"))

    def _late(self, deadlines: Deadlines, *, sent: bool) -> Stopped:
        if not sent:
            return Stopped(Code.TIMEOUT, Site.SSH_CHANNEL, f"no session within {deadlines.channel:g} s")
        message = f"no exit status within {deadlines.command:g} s, after 0 bytes of reply"
        return Stopped(Code.TIMEOUT, Site.CONNECTOR_REPLY, message, sent=True)
