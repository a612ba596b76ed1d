"""The model's connector: what `connector.ssh` does with a cluster, without the SSH."""

from connector.chance import Chance
from connector.codes import Code
from connector.dialects import load_dialect, supports
from connector.errors import CommandError, ReplyError
from connector.operations import Reply, Request, Verb
from connector.outcomes import Done, Outcome, refusal
from connector.protocol import REPLY_LIMIT, Deadlines, Refusal
from connector.sites import Site
from connector.values import replace
from fake_clusters.model import ClusterModel
from fake_clusters.plans import OutputPlan
from fake_clusters.server.output import note_spoiled, pieces, source_of, spoil
from harness.model.environment import FastEnvironment
from harness.model.twin.link import Call, Link
from harness.model.twin.pool import Grant, Pool
from harness.model.twin.stopped import Stopped
from harness.model.twin.waiting import Wait, rest, rest_until, until, within
from pipeline.settings import CommandSettings

__all__ = ["ModelConnector"]

_WHOLE = OutputPlan()


class ModelConnector:
    """Performs commands on one cluster's model: a place in the pool, a channel, the command, each with its deadline."""

    def __init__(self, env: FastEnvironment, model: ClusterModel, settings: CommandSettings, *, seed: int) -> None:
        self._env = env
        self._model = model
        self._dialect = load_dialect(model.spec.dialect)
        self._plain = self._dialect.name == "native"
        self._noise = Chance(seed, model.spec.name, "server.noise")
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
        if link.lost:
            raise _gone()
        call = Call(link, self._env.event())
        link.calls[call] = None
        try:
            yield from self._open_channel(link, call, deadlines, patience)
            try:
                return (yield from self._perform(request, link, call, deadlines))
            finally:
                call.abandon()
                self._model.close_channel(link.number)
        finally:
            del link.calls[call]

    def _perform(self, request: Request, link: Link, call: Call, deadlines: Deadlines) -> Wait[Reply | Refusal]:
        call.ticket = self._model.submit(request, link.number, call)
        late = self._env.now + deadlines.command
        is_over = yield from until(self._env, call.over, late)
        if not is_over or (yield from self._missed(late)):
            link.abandoned = True
            raise self._late(deadlines, sent=True)
        if call.answer is None:
            raise _lost()
        if call.output != _WHOLE:
            return (yield from self._read(request.verb, call, late, deadlines))
        return call.answer

    def _open_channel(self, link: Link, call: Call, deadlines: Deadlines, patience: float) -> Wait[None]:
        plan = self._model.open_channel(link.number)
        if plan.delay >= patience:
            yield from within(self._env, call.over, max(0.0, patience))
            link.retired = True
            raise _gone() if call.lost else self._late(deadlines, sent=False)
        if plan.delay:
            late = self._env.now + patience
            yield from rest(self._env, plan.delay, call.over)
            if (yield from self._missed(late)):
                link.retired = True
                raise self._late(deadlines, sent=False)
        if call.lost:
            raise _gone()
        if plan.refuse:
            plan.note(self._env.now, "refuse")
            link.retired = link.retired or link.abandoned
            message = "the session was refused"
            raise Stopped(Code.REFUSED, Site.SSH_CHANNEL, message, gone=link.abandoned)
        if plan.exec_refuse:
            plan.note(self._env.now, "exec_refuse")
            self._model.close_channel(link.number)
            raise Stopped(Code.REFUSED, Site.CONNECTOR_EXEC, "the server refused to run the command")

    def _missed(self, late: float) -> Wait[bool]:
        """Whether the process was paused until a deadline was over: its timers come first when it runs again."""
        part = self.pool.part
        if part is None or not part.paused:
            return False
        yield from part.ready()
        return self._env.now >= late

    def _read(self, verb: Verb, call: Call, late: float, deadlines: Deadlines) -> Wait[Reply | Refusal]:
        """The reply in the dialect's words, as much of it as comes, when it comes."""
        assert call.answer is not None
        wire, plan, ends = self._dialect.render(verb, call.answer), call.output, call.answered_at
        stdout, stderr, where = wire.stdout.encode(), wire.stderr.encode(), (call.link.number, call.ordinal, 1)
        note_spoiled(plan, ends, stdout, stderr)
        source = source_of(stdout, plan, self._noise, *where, 1)
        stderr = spoil(stderr, plan, self._noise, *where, 2)
        whole = source.left + len(stderr) <= REPLY_LIMIT
        if plan.rate is not None:
            ends = _last_piece(ends, source.left, len(stderr), plan.rate, late)
        call.over = self._env.event()
        if ends >= late:
            yield from until(self._env, call.over, late)
        elif ends > self._env.now:
            yield from rest_until(self._env, ends, call.over)
        if (ends >= late and not call.lost) or (yield from self._missed(late)):
            call.link.abandoned = True
            raise self._late(deadlines, sent=True)
        if call.lost:
            raise _lost()
        if not whole:
            call.link.abandoned = True
            raise _unreadable("too long a reply")
        try:
            return self._dialect.reply(verb, replace(wire, stdout=source.rest().decode(), stderr=stderr.decode()))
        except (ReplyError, UnicodeDecodeError) as error:
            raise _unreadable(str(error)) from error

    def _late(self, deadlines: Deadlines, *, sent: bool) -> Stopped:
        if not sent:
            return Stopped(Code.TIMEOUT, Site.SSH_CHANNEL, f"no session within {deadlines.channel:g} s")
        message = f"no exit status within {deadlines.command:g} s, after 0 bytes of reply"
        return Stopped(Code.TIMEOUT, Site.CONNECTOR_REPLY, message, sent=True)


def _lost() -> Stopped:
    return Stopped(Code.LOST, Site.CONNECTOR_REPLY, "the connection was reset", sent=True)


def _gone() -> Stopped:
    return Stopped(Code.REFUSED, Site.SSH_CHANNEL, "the connection was closed", gone=True)


def _unreadable(message: str) -> Stopped:
    return Stopped(Code.UNREADABLE, Site.CONNECTOR_REPLY, message, sent=True)


def _last_piece(began: float, stdout: int, stderr: int, rate: float, late: float) -> float:
    """When all of a dripping reply is there, one stream after the other, or more than is read, or it is too late."""
    ends, before = began, 0
    for size in (stdout, stderr):
        for at, sent in pieces(ends, size, rate):
            ends = at
            if before + sent > REPLY_LIMIT or ends >= late:
                return ends
        before += size
    return ends
