"""One login of the model's connector: its phases one after the other, as far as their plan lets them come."""

from dataclasses import dataclass

from connector.codes import Code
from connector.sites import Site
from fake_clusters.plans import AuthPlan, BannerPlan, ConnectionPlan, KexPlan
from harness.model.environment import FastEnvironment
from harness.model.twin.stopped import Stopped
from harness.model.twin.waiting import Wait, rest_until, until

__all__ = ["Login"]

_NEVER = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """carried_out: fields of the plan, and when. ends: when it is over by itself. stop: how; None: it is logged in."""

    carried_out: tuple[tuple[float, tuple[str, ...]], ...]
    ends: float = _NEVER
    stop: Stopped | None = None


class Login:
    """seconds: its deadline. Each instant is the sum of the one before and a delay, as timers that follow one another
    have it."""

    def __init__(self, env: FastEnvironment, number: int, plan: ConnectionPlan, *, seconds: float) -> None:
        self.number = number
        self.plan = plan
        self.began = env.now
        self._env = env
        self._seconds = seconds
        self._reset = env.event()
        self._over = False
        self._kex = self.began + plan.banner_delay
        self._auth = self._kex + plan.kex_delay
        self._done = self._auth + plan.auth_delay

    def run(self) -> Wait[None]:
        """Until it is logged in. Raises `Stopped`."""
        env, late, course = self._env, self.late, self._cut_short(self._course())
        ends, stop = course.ends, course.stop
        if ends >= late:
            ends, stop = late, self.out_of_time()
        for at, fields in course.carried_out:
            if at <= ends:
                self._note_at(at, fields)
        try:
            if ends > self.began:
                wait = until(env, self._reset, ends) if ends == late else rest_until(env, ends, self._reset)
                yield from wait
            else:  # who needs a connection at the same instant opens one of his own
                yield env.settled()
        finally:
            self._over = True
        if self._reset.triggered:
            stop = self._lost(env.now)
        if stop is not None:
            raise stop

    @property
    def late(self) -> float:
        """The instant of its deadline."""
        return self.began + self._seconds

    def out_of_time(self) -> Stopped:
        message = f"the login did not end within {self._seconds:g} s"
        return Stopped(Code.TIMEOUT, self._site(self.late), message)

    def lose(self) -> None:
        """The cluster went down."""
        if not self._reset.triggered:
            self._reset.succeed()

    def _note_at(self, at: float, fields: tuple[str, ...]) -> None:
        def note(argument: object) -> None:
            if not self._over:
                self.plan.note(at, *fields)

        if at > self.began:
            self._env.call_at(at, note)
        else:
            note(None)

    def _course(self) -> _Course:
        """What becomes of it if nothing cuts it."""
        plan, began, kex, auth, done = self.plan, self.began, self._kex, self._auth, self._done
        if plan.silent:
            return _Course(carried_out=((began, ("silent",)),))
        banner = (began, ("banner_delay",))
        if plan.banner is BannerPlan.MISSING:
            return _Course(carried_out=(banner, (began, ("banner",))))
        if plan.banner is BannerPlan.GARBAGE:
            stop = Stopped(Code.REFUSED, Site.SSH_BANNER, "the server speaks another protocol")
            return _Course(carried_out=(banner, (kex, ("banner",))), ends=kex, stop=stop)
        if plan.kex is KexPlan.STALL:
            return _Course(carried_out=(banner, (kex, ("kex",))))
        keys = (banner, (kex, ("kex_delay",)), (auth, ("kex",)))
        if plan.kex is not KexPlan.NORMAL:
            stop = Stopped(Code.UNTRUSTED, Site.SSH_KEX, "the host key is not trusted")
            return _Course(carried_out=keys, ends=auth, stop=stop)
        if plan.auth is AuthPlan.STALL:
            return _Course(carried_out=(*keys, (auth, ("auth",))))
        user = (*keys, (auth, ("auth_delay",)))
        if plan.auth is AuthPlan.REJECT:
            stop = Stopped(Code.REFUSED, Site.SSH_AUTH, "the login was refused")
            return _Course(carried_out=(*user, (done, ("auth",))), ends=done, stop=stop)
        return _Course(carried_out=user, ends=done)

    def _cut_short(self, course: _Course) -> _Course:
        cut = self.began + self.plan.cut_after
        if self.plan.cut is None or cut > course.ends:
            return course
        before = tuple(each for each in course.carried_out if each[0] < cut or cut > self.began)
        carried_out = (*before, (cut, ("cut", "cut_after")))
        return _Course(carried_out=carried_out, ends=cut, stop=self._lost(cut))

    def _lost(self, at: float) -> Stopped:
        return Stopped(Code.REFUSED, self._site(at), "the connection was reset")

    def _site(self, at: float) -> Site:
        """What is under way at an instant; what begins then has not begun yet."""
        plan = self.plan
        if plan.silent or plan.banner is not BannerPlan.NORMAL or at <= self._kex:
            return Site.SSH_BANNER
        if plan.kex is not KexPlan.NORMAL or at <= self._auth:
            return Site.SSH_KEX
        return Site.SSH_AUTH
