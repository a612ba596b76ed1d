"""One cluster's behaviour: who is let in, how long commands take, what they change, and what goes wrong.

The same model runs in every world. Its time is the SimPy environment's: paced by an event loop behind real SSH,
or virtual. The code that carries its connections calls it from outside events, and is told by listeners.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from simpy import Environment

from connector.codes import Code
from connector.operations import Capability, Mutation, Request, ShareView, Verb
from connector.protocol import Refusal
from fake_clusters.admission import Admission
from fake_clusters.calls import NO_FAULTS, CallListener, ClusterListener, Coordinate, Injector
from fake_clusters.counters import Counters, Total
from fake_clusters.draws import Draws
from fake_clusters.effects import ClusterEffect, EffectLog
from fake_clusters.environment import catch_up
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan, CutHow, OutputPlan
from fake_clusters.profile import Profile
from fake_clusters.service import ServiceStation
from fake_clusters.spec import ClusterSpec
from fake_clusters.state import ClusterState
from fake_clusters.ticket import FINISHED, Job, Ticket

__all__ = ["ClusterModel", "Ticket"]


class ClusterModel:
    """One cluster. Nothing here waits: listeners are called when it is time.

    env: shared by the clusters of a process, or its own. wall: Unix seconds, for not-after. carries: the capabilities
    of the dialect in front; the spec's are narrowed to them. station: makes the places of its commands; a world may
    have others there too. listener: set by the code that carries the connections.
    """

    def __init__(
        self,
        env: Environment,
        spec: ClusterSpec,
        *,
        seed: int,
        wall: Callable[[], float],
        injector: Injector = NO_FAULTS,
        carries: frozenset[Capability] = frozenset(Capability),
        station: Callable[..., ServiceStation] = ServiceStation,
    ) -> None:
        self.spec = spec
        self.capabilities = carries if spec.capabilities is None else carries & spec.capabilities
        self.listener: ClusterListener | None = None
        self._env = env
        self._profile = spec.profile
        self._injector = injector
        self._draws = Draws(seed, spec.name)
        self._counters = Counters()
        self._log = EffectLog()
        self._state = ClusterState(spec.limits, self.capabilities, self._log, shares=spec.shares)
        self._admission = Admission(spec, self._draws, self._counters)
        self._service = station(
            env,
            self._state,
            self._counters,
            places=spec.limits.commands,
            queue=spec.limits.queue,
            order=spec.order,
            latency_phases=spec.profile.latency_phases,
            wall=wall,
            crash=self._go_down,
        )
        self._seen: Counter[tuple[str | None, Verb]] = Counter()
        self._is_up = True
        self._back_at = 0.0

    # --- what can be seen -------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Model seconds."""
        catch_up(self._env)
        return float(self._env.now)

    @property
    def is_up(self) -> bool:
        """False between a crash and the return from it."""
        return self._is_up

    @property
    def profile(self) -> Profile:
        return self._profile

    @property
    def injector(self) -> Injector:
        return self._injector

    @property
    def shares(self) -> tuple[ShareView, ...]:
        """What is on the cluster now, by name."""
        catch_up(self._env)
        return self._state.shares

    @property
    def state(self) -> ClusterState:
        """To look at; only commands change it."""
        catch_up(self._env)
        return self._state

    @property
    def counters(self) -> Mapping[str, int]:
        """Every total, gauge and peak by name; see `counters.py`."""
        catch_up(self._env)
        return self._counters.rows()

    @property
    def gauges(self) -> Mapping[str, int]:
        """What of these goes up and down: a look that is cheap enough to be taken at every moment."""
        catch_up(self._env)
        return self._counters.gauges()

    def effects(self, after: int = 0) -> Sequence[ClusterEffect]:
        """The effect log, or what is new in it since the effect of that number."""
        catch_up(self._env)
        return self._log.after(after)

    def observe(self, observer: Callable[[], None]) -> Callable[[], None]:
        """Call `observer` at each change of a counter (each effect is one) until what is returned is called.

        It is called during the change and must not call the model: let it wake a waiting task.
        """
        return self._counters.observe(observer)

    def refuses_connections(self) -> bool:
        """Whether the port is closed: the cluster is down, an outage of its profile or a fault is on."""
        now = self.now
        return not self._is_up or self._profile.closed(now) or self._injector.refuses_connections(now)

    # --- connections and channels -----------------------------------------------------------------------------

    def open_connection(self) -> tuple[int, ConnectionPlan]:
        """A client was accepted: its number from 1, and what is going to happen to it."""
        shut = self.refuses_connections()
        return self._admission.open_connection(self._profile, self._injector, float(self._env.now), shut=shut)

    def authenticated(self, connection: int) -> None:
        """It has logged in, and no longer counts for MaxStartups."""
        catch_up(self._env)
        self._admission.logged_in(connection)

    def close_connection(self, connection: int) -> None:
        """The connection and all its channels have ended. Their holders abandon the tickets."""
        catch_up(self._env)
        self._admission.close_connection(connection)

    def open_channel(self, connection: int) -> ChannelPlan:
        """A session channel was asked for. One that is refused is not to be closed."""
        catch_up(self._env)
        return self._admission.open_channel(self._profile, self._injector, float(self._env.now), connection)

    def close_channel(self, connection: int) -> None:
        catch_up(self._env)
        self._admission.close_channel(connection)

    def rest_channel(self, connection: int) -> None:
        """The shell in a channel is at its prompt, and kept there."""
        catch_up(self._env)
        self._admission.rest_channel(connection, 1)

    def wake_channel(self, connection: int) -> None:
        """A shell at its prompt has got something to do, or is about to be closed."""
        catch_up(self._env)
        self._admission.rest_channel(connection, -1)

    # --- commands ---------------------------------------------------------------------------------------------

    def submit(self, request: Request | None, connection: int, listener: CallListener) -> Ticket:
        """A command has arrived; None: its line could not be read, which is refused as invalid at once.

        The listener may be called before this returns, where the command takes no time.
        """
        catch_up(self._env)
        if not self._is_up:
            listener.cut(CutHow.RESET)
            return FINISHED
        if request is None:
            self._counters.count(Total.UNREADABLE)
            listener.answered(Refusal(code=Code.INVALID, message="the command is not understood"), OutputPlan())
            return FINISHED
        self._counters.count_command(request.verb)
        job = Job(request, self._plan(request, connection), listener, self._give_up)
        self._service.take(job)
        return job

    def count_elsewhere(self, verb: Verb, times: int) -> None:
        """Count commands that concern no share and ran outside this model, on the same cluster's places."""
        self._seen[None, verb] += times

    def carried_out_elsewhere(self, request: Mutation, at: float) -> None:
        """A command for a share was carried out outside this model, on the same cluster's places, and ended then."""
        self._seen[request.name, request.verb] += 1
        self._state.admit(request, at)
        self._state.apply(request, now=at, late=False)

    def count_of(self, verb: Verb) -> int:
        """Return how many commands that concern no share ran, in this model and outside it."""
        return self._seen[None, verb]

    def _plan(self, request: Request, connection: int) -> CommandPlan:
        verb, key, at = request.verb, getattr(request, "name", None), float(self._env.now)
        self._seen[key, verb] += 1
        attempt = self._seen[key, verb]
        drawn = self._draws.command(self._profile, verb, key, attempt)
        if self._injector.is_idle:
            return drawn
        where = Coordinate(at=at, cluster=self.spec.name, connection=connection, attempt=attempt, key=key, verb=verb)
        return self._injector.apply(drawn, where)

    def _give_up(self, job: Job) -> None:
        catch_up(self._env)
        self._service.give_up(job)

    # --- what is done to the cluster --------------------------------------------------------------------------

    def set_profile(self, profile: Profile) -> None:
        """Latencies of all that arrives from now on, and the speed of all that is in service or waits."""
        catch_up(self._env)
        self._profile = profile
        self._service.set_latency_phases(profile.latency_phases)

    def set_injector(self, injector: Injector) -> None:
        """For all that arrives from now on."""
        catch_up(self._env)
        self._injector = injector

    def crash(self, down_for: float, wipe: bool = False) -> None:
        """Go down for so many seconds: connections, commands in service or waiting and late effects are lost.

        wipe: the shares and all memory too. One that is down already stays down for the longer of the two times.
        """
        catch_up(self._env)
        self._go_down(down_for, wipe)

    def restart(self) -> None:
        """Come up now where it is down."""
        catch_up(self._env)
        self._back_at = float(self._env.now)
        self._come_back()

    def add_share(self, name: str, size: int) -> bool:
        """Somebody makes a share by hand, whatever the limits are; whether the name was free."""
        catch_up(self._env)
        return self._by_hand(self._state.make_by_others(name, size, now=float(self._env.now)))

    def remove_share(self, name: str) -> bool:
        """Somebody removes a share by hand; whether it was there."""
        catch_up(self._env)
        return self._by_hand(self._state.delete_by_others(name, now=float(self._env.now)))

    def _by_hand(self, changed: bool) -> bool:
        if changed:
            self._counters.count(Total.EFFECTS)
        return changed

    def disconnect(self) -> None:
        """Reset every connection: waiting callers are cut off, and commands in service go on."""
        catch_up(self._env)
        if self.listener is not None:
            self.listener.disconnected()

    def reset(self) -> None:
        """Be as freshly made, except for profile, injector and open connections. What is in service is cut off."""
        catch_up(self._env)
        self._service.lose_all()
        self._state.clear()
        self._log.clear()
        self._seen.clear()
        self._counters.reset()

    def _go_down(self, down_for: float, wipe: bool) -> None:
        now = float(self._env.now)
        was_up, self._is_up = self._is_up, False
        self._back_at = max(self._back_at, now + down_for)
        self._counters.count(Total.CRASHES)
        self._service.lose_all()
        self._admission.close_all()
        if wipe:
            for _ in range(self._state.wipe(now=now)):
                self._counters.count(Total.EFFECTS)
        self._env.timeout(down_for).callbacks.append(lambda event: self._come_back())
        if was_up and self.listener is not None:
            self.listener.went_down()

    def _come_back(self) -> None:
        if not self._is_up and self._env.now >= self._back_at:
            self._is_up = True
            if self.listener is not None:
                self.listener.came_back()
