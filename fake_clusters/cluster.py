"""One running fake cluster: what can be seen of it, and what can be done to it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from connector.dialects import FileDialect
from connector.injection import Injection
from connector.operations import Capability, ShareView
from connector.targets import Target
from connector.values import replace
from fake_clusters.effects import ClusterEffect
from fake_clusters.errors import FarmError, WaitError
from fake_clusters.exchanges import CommandExchange
from fake_clusters.faults.injections import InjectionLog
from fake_clusters.faults.injector import FaultInjector
from fake_clusters.faults.rule import FaultRule
from fake_clusters.front import Front
from fake_clusters.model import ClusterModel
from fake_clusters.port_keeper import PortKeeper
from fake_clusters.profile import Profile
from fake_clusters.spec import ClusterSpec

__all__ = ["FakeCluster"]

Found = TypeVar("Found")


class FakeCluster:
    """A cluster of a farm. Instants are seconds from the farm's beginning; before it, they are negative.


    Until `begin` no latency phase holds and no fault applies.
    """

    def __init__(
        self,
        model: ClusterModel,
        front: Front,
        injector: FaultInjector,
        injections: InjectionLog,
        *,
        target: Target,
        dialect: FileDialect,
    ) -> None:
        self.target = target
        self.dialect = dialect
        self._model = model
        self._front = front
        self._injector = injector
        self._injections = injections
        self._profile = model.profile
        self._first_profile, self._first_faults = model.profile, injector.rules
        self._origin = 0.0
        self._waiters: dict[asyncio.Event, None] = {}
        self._keeper = PortKeeper(front, model, injector, turned=self._wake)
        model.listener = self
        self._apply()

    # --- what can be seen -------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def spec(self) -> ClusterSpec:
        return self._model.spec

    @property
    def host(self) -> str:
        return self.target.host

    @property
    def port(self) -> int:
        return self.target.port

    @property
    def fingerprints(self) -> tuple[str, ...]:
        return self._front.fingerprints

    @property
    def now(self) -> float:
        return self._model.now - self._origin

    @property
    def is_open(self) -> bool:
        """Whether it takes connections."""
        return not self._model.refuses_connections()

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Those that it claims."""
        return self._model.capabilities

    @property
    def profile(self) -> Profile:
        return self._profile

    @property
    def faults(self) -> tuple[FaultRule, ...]:
        """The faults that are set, whether or not their time has come."""
        return self._injector.rules

    def shares(self) -> tuple[ShareView, ...]:
        """What is on the cluster, by name."""
        return self._model.shares

    def effects(self, after: int = 0) -> tuple[ClusterEffect, ...]:
        """The log of effects: those with a higher number."""
        return tuple(replace(effect, at=effect.at - self._origin) for effect in self._model.effects(after))

    def exchanges(self) -> Sequence[CommandExchange] | None:
        """The newest commands as they came, and what was answered. None: they are not spelled here."""
        log = self._front.exchanges
        return None if log is None else log.rows(shifted=self.now - asyncio.get_running_loop().time())

    def injections(self, after: int = 0) -> tuple[Injection, ...]:
        """The log of faults that acted here: those with a higher number."""
        return self._injections.rows(cluster=self.name, after=after)

    def counters(self) -> Mapping[str, int]:
        """The model's counters (see `counters.py`), and `injections`."""
        return {**self._model.counters, "injections": self._injections.count(self.name)}

    def gauges(self) -> Mapping[str, int]:
        """What is going on now: those of the counters that go up and down."""
        return self._model.gauges

    async def wait_for(self, find: Callable[["FakeCluster"], Found | None], *, timeout: float) -> Found:
        """What `find` gives as soon as it gives something true. Raises `WaitError` after `timeout` seconds."""
        changed = asyncio.Event()
        forget = self._model.observe(changed.set)
        self._waiters[changed] = None
        try:
            async with asyncio.timeout(timeout):
                while not (found := find(self)):
                    changed.clear()
                    await changed.wait()
                return found
        except TimeoutError as error:
            raise WaitError(f"{self.name}: what was waited for did not come within {timeout:g} s") from error
        finally:
            forget()
            self._waiters.pop(changed)

    async def wait_for_count(self, counter: str, at_least: int, *, timeout: float) -> int:
        """The counter's value once it has reached `at_least`. Raises `WaitError`, or `FarmError` for no counter."""
        if counter not in self.counters():
            raise FarmError(f"no counter {counter!r}; there are: {', '.join(sorted(self.counters()))}")
        try:
            return await self.wait_for(
                lambda cluster: value if (value := cluster.counters()[counter]) >= at_least else None, timeout=timeout
            )
        except WaitError as error:
            value = self.counters()[counter]
            raise WaitError(f"{self.name}: {counter} is {value} after {timeout:g} s, not yet {at_least}") from error

    # --- what can be done to it -------------------------------------------------------------------------------

    def set_profile(self, profile: Profile) -> None:
        """Latencies of all that arrives from now on, and the speed of all there is; latency phases count from
        the beginning."""
        self._profile = profile
        self._apply()

    def add_fault(self, rule: FaultRule) -> None:
        """Raises `FaultError` where the label is taken."""
        self._injector.add(rule)
        self._keeper.look()

    def remove_fault(self, label: str) -> FaultRule:
        """Raises `FaultError` where there is none of that label."""
        rule = self._injector.remove(label)
        self._keeper.look()
        return rule

    def clear_faults(self) -> None:
        self._injector.clear()
        self._keeper.look()

    def crash(self, *, down_for: float = 5.0, wipe: bool = False) -> None:
        """Go down now: connections are reset, commands are lost. wipe: come back without any share."""
        self._model.crash(down_for, wipe)

    def add_share(self, name: str, size: int) -> bool:
        """Make a share by hand: no command, no mark, no limit; whether the name was free."""
        return self._model.add_share(name, size)

    def remove_share(self, name: str) -> bool:
        """Remove a share by hand; whether it was there."""
        return self._model.remove_share(name)

    @property
    def share_names(self) -> tuple[str, ...]:
        """Of what is on the cluster, the oldest first."""
        return self._model.state.names

    def take_over(self, effects: Sequence[ClusterEffect]) -> None:
        """Hold what these effects left on an earlier cluster of this kind; nothing is logged."""
        self._model.state.take_over(effects)

    def disconnect(self) -> None:
        """Reset every connection now; the port stays open, and commands in service go on."""
        self._model.disconnect()

    def reset(self) -> None:
        """Be as freshly made: no share, no log, counts at zero. Profile, faults and open connections stay."""
        self._model.reset()
        self._injector.reset_counts()
        self._injections.clear(self.name)
        self._keeper.look()

    def restore(self) -> None:
        """Be as the farm made it: up, with its first profile and faults, no share, no log; connections are reset."""
        self._model.restart()
        self.disconnect()
        self.reset()
        self._injector.clear()
        for rule in self._first_faults:
            self._injector.add(rule)
        self.set_profile(self._first_profile)
        self._keeper.look()

    def heal(self) -> None:
        """No fault and no latency phase any more."""
        self._injector.clear()
        self.set_profile(replace(self._profile, latency_phases=()))

    def begin(self, zero: float) -> None:
        """The farm's time zero, in the model's seconds."""
        self._origin = self._injector.origin = zero
        self._apply()

    def close(self) -> None:
        """Called by the farm as it ends."""
        self._keeper.close()

    # --- what the model tells -----------------------------------------------------------------------------------

    def went_down(self) -> None:
        self._front.went_down()
        self._wake()

    def came_back(self) -> None:
        self._front.came_back()
        self._wake()

    def disconnected(self) -> None:
        self._front.disconnected()

    def _apply(self) -> None:
        """Give the model the profile, with its latency phases on the model's own clock."""
        begun, origin = self._injector.origin is not None, self._origin
        latency_phases = tuple(
            replace(phase, begins=phase.begins + origin, ends=phase.ends + origin)
            for phase in self._profile.latency_phases
        )
        self._model.set_profile(replace(self._profile, latency_phases=latency_phases if begun else ()))
        self._keeper.look()

    def _wake(self) -> None:
        for waiter in self._waiters:
            waiter.set()
