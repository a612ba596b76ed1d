"""What a cluster is asked on nobody's behalf: once what it can do, and in every sweep for a list of its shares."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from connector.operations import Verb
from harness.model.environment import FastEnvironment
from harness.model.fast.commands import Commands
from harness.model.fast.eligible import NotEligible
from harness.model.fast.foreseen import ForeseenCommands
from harness.model.fast.share import FastCluster
from harness.model.fast.tally import Tally
from harness.service.reference import RetrySettings, learned_patience, pause_of_sweep

__all__ = ["Asked", "Upkeep"]


class Asked(NamedTuple):
    """What a cluster was asked on nobody's behalf. ended: known as it is sent, where it is calm."""

    cluster: str
    verb: Verb
    began: float
    ended: float
    timed_out: bool


class Upkeep:
    """sweep: seconds from the end of one sweep of a cluster to the next; retry: how they grow after lists that fail.

    asked: in a run that is recorded in full. ask: asks a cluster what it can do, and then says `known`. strikes:
    whether a fault may strike the list of that number at a cluster; sweep: sweeps one then, and says `swept`.
    """

    def __init__(
        self,
        env: FastEnvironment,
        calm: ForeseenCommands,
        commands: Commands,
        tally: Tally,
        *,
        sweep: float,
        retry: RetrySettings,
    ) -> None:
        self._env = env
        self._calm = calm
        self._commands = commands
        self._counts = tally.commands
        self._every = sweep
        self._retry = retry
        self._lists = 0
        self._recorded = tally.every == 1
        self.asked: list[Asked] = []
        self._unswept: Counter[str] = Counter()
        self.ask: Callable[[FastCluster], None] = self._ask
        self.strikes: Callable[[FastCluster, int], bool] = _never
        self.sweep: Callable[[FastCluster, int], None] = _no_sweep

    def finish(self) -> None:
        """Write into the tally, once, what was counted apart from it."""
        if self._lists:
            self._counts[Verb.LIST] += self._lists

    def learn(self, cluster: FastCluster, then: Callable[[], None]) -> None:
        """Spoken once what a cluster can do; whoever comes meanwhile waits."""
        cluster.learners.append(then)
        if len(cluster.learners) == 1:
            self.ask(cluster)

    def known(self, cluster: FastCluster) -> None:
        """It has said so."""
        cluster.is_known = True
        waiting, cluster.learners = cluster.learners, []
        for go_on in waiting:
            go_on()
        self._calm.welcome(cluster)  # only now: those who waited count on what they see

    def _ask(self, cluster: FastCluster) -> None:
        began = self._env._now

        def known() -> None:
            self._commands.free_slot(cluster)
            self._note(cluster, Verb.CAPABILITIES, began, self._env._now)
            self.known(cluster)

        def late() -> None:
            raise NotEligible(f"{cluster.name} did not say in time what it can do")

        cluster.slots -= 1
        self._counts[Verb.CAPABILITIES] += 1
        work = cluster.own_work(Verb.CAPABILITIES, 1)
        self._commands.serve(cluster, work, known, late, patience=learned_patience(self._commands.patience, 0))

    def sweep_later(self, cluster: FastCluster) -> None:
        """The next sweep, after the pause between two."""
        pause = pause_of_sweep(self._retry, self._every, self._unswept[cluster.name])
        self._env.call_in(pause, self._sweep_now, cluster)

    def _sweep_now(self, cluster: FastCluster) -> None:
        if cluster.is_known:
            self._list(cluster)
        else:
            self.learn(cluster, lambda: self._list(cluster))

    def _list(self, cluster: FastCluster) -> None:
        if self.strikes(cluster, cluster.lists + 1):
            self.sweep(cluster, self._unswept[cluster.name])
            return
        ends = self._calm.take_list(cluster, cluster.list_work())
        if ends is None:
            self._commands.in_slot(cluster, lambda: self._send_list(cluster))
        else:
            self._count(cluster)
            self._note(cluster, Verb.LIST, self._env._now, ends)
            self._unswept[cluster.name] = 0
            self._env.call_at(ends, self._list_ends, cluster)

    def swept(self, cluster: FastCluster, unswept: int) -> None:
        """It was swept elsewhere. unswept: how many sweeps in a row could not list it."""
        self._unswept[cluster.name] = unswept
        self.sweep_later(cluster)

    def _send_list(self, cluster: FastCluster) -> None:
        began = self._env._now
        work = cluster.list_work()
        self._count(cluster)

        def listed() -> None:
            self._unswept[cluster.name] = 0
            self._note(cluster, Verb.LIST, began, self._env._now)
            self._listed(cluster)

        def late() -> None:
            self._note(cluster, Verb.LIST, began, self._env._now, timed_out=True)
            self._unswept[cluster.name] += 1
            self.sweep_later(cluster)

        self._commands.serve(cluster, work, listed, late)

    def _note(self, cluster: FastCluster, verb: Verb, began: float, ended: float, *, timed_out: bool = False) -> None:
        """They are of no share, so that there is no choice of those that are recorded: all are, or none."""
        if self._recorded:
            self.asked.append(Asked(cluster.name, verb, began, ended, timed_out))

    def _count(self, cluster: FastCluster) -> None:
        cluster.list_sent()
        self._lists += 1

    def _list_ends(self, cluster: FastCluster) -> None:
        """One that was taken beforehand. Only now is the next sweep due: events of one instant go by their age."""
        if cluster.list_is_settled:
            cluster.list_is_settled = False
            self._commands.free_place(cluster)
            self._commands.free_slot(cluster)
        self.sweep_later(cluster)

    def _listed(self, cluster: FastCluster) -> None:
        self._commands.free_slot(cluster)
        self.sweep_later(cluster)


def _never(cluster: FastCluster, number: int) -> bool:
    return False


def _no_sweep(cluster: FastCluster, unswept: int) -> None:
    raise AssertionError("no list is struck")
