"""The commands in service and those that wait for a place: each is carried out as its plan says."""

from collections.abc import Callable
from typing import Any

from simpy import Environment, Event

from connector.codes import CATALOGUE, Code
from connector.operations import Create, CreatePart, DoneReply, List, Mutation, Reply
from connector.protocol import Refusal
from connector.values import replace
from fake_clusters.counters import Counters, Gauge, Total
from fake_clusters.latency_phases import LatencyPhase
from fake_clusters.lines import line_of
from fake_clusters.order import Order
from fake_clusters.plans import CutHow, EffectPlan, When
from fake_clusters.state import ClusterState
from fake_clusters.ticket import Job, JobStage
from fake_clusters.work import WorkTimers

__all__ = ["ServiceStation"]

_DONE = DoneReply()


class ServiceStation:
    """Places, a line for them, and the life of each command.

    A command that its caller gave up is carried out all the same, in service or still waiting, as a command without
    a terminal is under OpenSSH. Only a hung one leaves its place then.

    Service is work, done at the cluster's speed of the moment, in each place. latency_phases: what the speed follows.
    crash: what to do when a plan says that the connector goes down; wall: Unix seconds.
    """

    def __init__(
        self,
        env: Environment,
        state: ClusterState,
        counters: Counters,
        *,
        places: int,
        queue: int | None,
        order: Order,
        latency_phases: tuple[LatencyPhase, ...],
        wall: Callable[[], float],
        crash: Callable[[float, bool], None],
    ) -> None:
        self._env = env
        self._state = state
        self._counters = counters
        self._places = places
        self._longest_queue = queue
        self._wall = wall
        self._crash = crash
        self._serving: dict[Job, None] = {}
        self._waiting = line_of(order, env, self._fill)
        self._work = WorkTimers(env, latency_phases)
        self._life = 0

    def set_latency_phases(self, latency_phases: tuple[LatencyPhase, ...]) -> None:
        """The speed from now on, also of what is in service."""
        self._work.set_latency_phases(latency_phases)

    def take(self, job: Job) -> None:
        """Serve, queue or refuse a command. One that takes no time and has no fault is answered before this returns."""
        if job.plan.refuse is not None and job.plan.refuse_early:
            if job.plan.refuse is not Code.BUSY:  # any other answer says that the command's sequence was noted
                self._state.admit(job.request, self._wall())
            self._turn_away(job, job.plan.refuse)
        else:
            self._enter(job)

    def _enter(self, job: Job) -> None:
        """Give it a place, let it wait for one, or turn it away."""
        if len(self._serving) < self._places and self._waiting.passes(job):
            self._start(job, at_once=True)
        elif self._longest_queue is None or len(self._waiting) < self._longest_queue:
            self._waiting.append(job)
            self._show()
        else:
            self._turn_away(job, Code.BUSY)

    def give_up(self, job: Job) -> None:
        """Its caller stopped waiting. Does nothing where the caller had stopped before."""
        if job.stage is JobStage.OVER or job.unheard:
            return
        job.unheard, job.given_up_at = True, self._env.now
        self._counters.count(Total.ABANDONED)
        if job.stage is JobStage.HUNG:
            self._leave(job)

    def lose_all(self) -> None:
        """All that is in service, waiting or still to take effect is lost; waiting callers are cut off."""
        lost = [*self._serving, *self._waiting]
        self._serving.clear()
        self._waiting.clear()
        self._work.clear()
        self._life += 1
        for job in lost:
            job.stage = JobStage.OVER
            self._counters.count(Total.LOST)
        self._show()
        for job in lost:
            self._cut(job, CutHow.RESET)

    def _start(self, job: Job, *, at_once: bool) -> None:
        job.stage = JobStage.SERVING
        self._note(job, "service")
        job.refusal = self._state.admit(job.request, self._wall())
        self._serving[job] = None
        self._show()
        plan = job.plan
        disturbs = plan.crash or (plan.cut and plan.cut.when)
        if at_once and plan.service <= 0.0 and disturbs is None:
            self._serve(job)
            return
        if disturbs is not None:
            self._disturb_later(job)
        self._work.after(plan.service, lambda: self._serve(job))

    def _disturb_later(self, job: Job) -> None:
        plan = job.plan
        if When.BEFORE_EFFECT in (plan.crash, plan.cut and plan.cut.when):
            self._after(0.0, lambda: self._disturb(job, When.BEFORE_EFFECT))
        if When.DURING_SERVICE in (plan.crash, plan.cut and plan.cut.when):
            self._work.after(plan.service / 2, lambda: self._disturb(job, When.DURING_SERVICE))

    def _serve(self, job: Job) -> None:
        """The end of service: the effect, then the answer."""
        if job.stage is not JobStage.SERVING:
            return
        if job.plan.hang:
            self._hang(job)
            return
        answer = self._effect(job)
        if self._disturb(job, When.AFTER_EFFECT):
            return
        self._leave(job)
        self._reply(job, answer, "refuse", "refuse_early", "lie")

    def _hang(self, job: Job) -> None:
        job.stage = JobStage.HUNG
        if not job.unheard or isinstance(job.request, Mutation):
            self._note(job, "hang")
        self._counters.count(Total.HUNG)
        if job.unheard:
            self._leave(job)

    def _disturb(self, job: Job, when: When) -> bool:
        """Cut or crash if the plan says so for this instant; whether the command is lost by it."""
        plan = job.plan
        if job.stage is not JobStage.SERVING:
            return True
        if plan.crash is when:
            self._note(job, "crash", "down_for", "wipe")
            self._crash(plan.down_for, plan.wipe)
            return True
        if plan.cut is not None and plan.cut.when is when:
            if not job.unheard:
                self._note(job, "cut")
            self._cut(job, plan.cut.how)
        return False

    def _effect(self, job: Job) -> Reply | Refusal:
        """Do what the plan lets the command do; the answer that it leads to."""
        request, plan = job.request, job.plan
        if plan.taken_by is not None and isinstance(request, Create):
            self._take_name(request.name, plan.taken_by)
        honest = job.refusal or self._state.overtaken(request) or self._carry_out(job)
        if plan.refuse is not None:
            return _refusal(plan.refuse)
        return _DONE if plan.lie and isinstance(request, Mutation) else honest

    def _take_name(self, name: str, size: int) -> None:
        if self._state.make_by_others(name, size, now=float(self._env.now)):
            self._counters.count(Total.EFFECTS)

    def _carry_out(self, job: Job) -> Reply | Refusal:
        request, plan = job.request, job.plan
        if isinstance(request, Mutation) and plan.effect is EffectPlan.APPLY and plan.effect_delay <= 0:
            return self._change(request, plan.effect, plan.background, late=self._is_late(job))
        answer = self._state.answer(request)
        if isinstance(request, List):
            return self._listed(job, request, answer)
        if isinstance(request, Mutation) and not isinstance(answer, Refusal):
            self._note(job, "effect", "effect_delay")
        if not isinstance(request, Mutation) or isinstance(answer, Refusal) or plan.effect is EffectPlan.NONE:
            return _refusal(Code.INTERNAL) if isinstance(answer, DoneReply) else answer
        if plan.effect_delay > 0:
            life = self._life
            self._after(plan.effect_delay, lambda: self._land(job, request, life))
        else:
            self._change(request, plan.effect, plan.background, late=self._is_late(job))
        return _DONE if plan.effect is EffectPlan.APPLY else _refusal(Code.INTERNAL)

    def _listed(self, job: Job, request: List, answer: Reply | Refusal) -> Reply | Refusal:
        """The list, as the plan has it."""
        plan = job.plan
        if isinstance(answer, Refusal) or (plan.list_age <= 0 and plan.list_omits == 0):
            return answer
        then = float(self._env.now) - plan.list_age if plan.list_age > 0 else None
        shown = self._state.list_of(request, then=then, omit=plan.list_omits)
        if shown != answer:
            self._note(job, "list_age", "list_omits")
        return shown

    def _is_late(self, job: Job) -> bool:
        """Whether the caller has stopped waiting. One that stopped at this very instant counts as waiting."""
        return job.unheard and job.given_up_at != self._env.now

    def _land(self, job: Job, request: Mutation, life: int) -> None:
        """A late effect, unless a crash lost it or a newer command for the share has overtaken it."""
        if life == self._life and (job.plan.breaks_sequence or self._state.overtaken(request) is None):
            self._change(request, job.plan.effect, job.plan.background, late=True)

    def _change(self, request: Mutation, effect: EffectPlan, background: float, *, late: bool) -> Reply | Refusal:
        before, now = self._state.effect_count, float(self._env.now)
        answer: Reply | Refusal = _DONE
        if effect is EffectPlan.APPLY and background > 0 and isinstance(request, Create):
            answer = self._begin(request, background, late=late)
        elif effect is EffectPlan.APPLY:
            answer = self._state.apply(request, now=now, late=late)
        elif isinstance(request, Create):
            self._state.leave_half(request, now=now, late=late)
        if self._state.effect_count > before:
            self._counters.count(Total.EFFECTS)
            if late:
                self._counters.count(Total.LATE_EFFECTS)
        return answer

    def _begin(self, request: Create, background: float, *, late: bool) -> Reply | Refusal:
        """Make the share half-made, and whole when so much work is done, if it is still there."""
        if request.part is not CreatePart.WHOLE:
            return self._state.apply(request, now=float(self._env.now), late=late)
        answer = self._state.apply(replace(request, part=CreatePart.BEGIN), now=float(self._env.now), late=late)
        incarnation = self._state.half_made(request.name)
        if incarnation is not None:
            self._work.after(background, lambda: self._finish(request, incarnation))
        return answer

    def _finish(self, request: Create, incarnation: int) -> None:
        if self._state.half_made(request.name) == incarnation:
            self._state.apply(replace(request, part=CreatePart.FINISH), now=float(self._env.now), late=True)
            self._counters.count(Total.EFFECTS)

    def _leave(self, job: Job) -> None:
        """Free its place for the next."""
        job.stage = JobStage.OVER
        del self._serving[job]
        self._fill()
        self._show()

    def _fill(self) -> None:
        """Give out what places are free."""
        while len(self._serving) < self._places and (job := self._waiting.next_job()) is not None:
            # Not at once: a long queue of instant commands would call itself as deep as it is long.
            self._start(job, at_once=False)

    def _turn_away(self, job: Job, code: Code) -> None:
        job.stage = JobStage.OVER
        self._reply(job, _refusal(code), *(("refuse", "refuse_early") if code is job.plan.refuse else ()))

    def _reply(self, job: Job, answer: Reply | Refusal, *made_by: str) -> None:
        """Answer a caller that waits, unless the reply is lost. made_by: the fields of the plan that may decide it."""
        if job.unheard:
            return
        if job.plan.lose_reply:
            self._note(job, "lose_reply")
            return
        self._note(job, *made_by)
        job.unheard = True
        if isinstance(answer, Refusal):
            self._counters.count_refusal(answer.code)
        self._counters.count(Total.ANSWERS)
        job.listener.answered(answer, job.plan.output)

    def _cut(self, job: Job, how: CutHow) -> None:
        if not job.unheard:
            job.unheard = True
            self._counters.count(Total.CUT)
            job.listener.cut(how)

    def _note(self, job: Job, *fields: str) -> None:
        """These fields of its plan are being carried out."""
        job.plan.note(float(self._env.now), *fields)

    def _show(self) -> None:
        self._counters.show(Gauge.IN_SERVICE, len(self._serving))
        self._counters.show(Gauge.QUEUED, len(self._waiting))

    def _after(self, delay: float, what: Callable[[], Any]) -> None:
        def happens(event: Event) -> None:
            what()

        self._env.timeout(delay).callbacks.append(happens)


def _refusal(code: Code) -> Refusal:
    return Refusal(code=code, message=CATALOGUE[code].prose)
