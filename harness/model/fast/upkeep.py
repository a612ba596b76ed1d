"""What a cluster is asked on nobody's behalf: once what it can do, and in every sweep for a list of its shares."""

from collections.abc import Callable

from connector.codes import Code
from connector.operations import Verb
from connector.protocol import Deadlines
from connector.sites import Site
from connector.values import replace
from harness.model.environment import FastEnvironment
from harness.model.fast.eligible import NotEligible
from harness.model.fast.foreseen import ForeseenCommands
from harness.model.fast.routing import Routing
from harness.model.fast.share import FastCluster
from harness.model.fast.tally import Tally
from harness.service.reference import RetrySettings, learned_patience, pause_of_sweep
from reports.history import Attempt, Hop, OpResult

__all__ = ["Upkeep"]


class Upkeep:
    """sweep: seconds from the end of one sweep of a cluster to the next; retry: how
    they grow after lists that fail.

    asked: in a run that is recorded in full. sweep: sweeps one whose list a fault may strike, and says `swept`.
    """

    sweep: Callable[[FastCluster], None]

    def __init__(
        self,
        env: FastEnvironment,
        calm: ForeseenCommands,
        tally: Tally,
        routing: Routing,
        *,
        deadlines: Deadlines,
        sweep: float,
        retry: RetrySettings,
    ) -> None:
        self._env = env
        self._calm = calm
        self._counts = tally.commands
        self._routing = routing
        self._deadlines = deadlines
        self._every = sweep
        self._retry = retry
        self._recorded = tally.every == 1
        self.asked: list[Attempt] = []

    def learn(self, cluster: FastCluster, then: Callable[[], None]) -> None:
        """Ask it once what it can do; whoever comes meanwhile waits."""
        cluster.learners.append(then)
        if len(cluster.learners) > 1:
            return
        cluster.slots -= 1
        is_struck = self._routing.strikes_cluster(cluster, Verb.CAPABILITIES, 1, self._env._now)
        if is_struck or self._send(cluster, Verb.CAPABILITIES, 1, learned_patience(self._deadlines.command, 0)):
            raise NotEligible(f"{cluster.name} may not say in time what it can do")

    def sweep_later(self, cluster: FastCluster) -> None:
        """The next sweep, after the pause between two."""
        self._env.call_in(pause_of_sweep(self._retry, self._every, cluster.unswept), self._sweep_now, cluster)

    def swept(self, cluster: FastCluster, unswept: int) -> None:
        """It was swept elsewhere. unswept: how many sweeps in a row could not list it."""
        cluster.unswept = unswept
        self.sweep_later(cluster)

    def _sweep_now(self, cluster: FastCluster) -> None:
        if not cluster.is_known:
            self.learn(cluster, lambda: self._list(cluster))
        else:
            self._list(cluster)

    def _list(self, cluster: FastCluster) -> None:
        if self._routing.strikes_cluster(cluster, Verb.LIST, cluster.lists + 1, self._env._now):
            self.sweep(cluster)
        else:
            cluster.in_slot(lambda: self._send_list(cluster))

    def _send_list(self, cluster: FastCluster) -> None:
        cluster.lists += 1
        is_late = self._send(cluster, Verb.LIST, cluster.lists, self._deadlines.command)
        cluster.unswept = cluster.unswept + 1 if is_late else 0

    def _send(self, cluster: FastCluster, verb: Verb, number: int, patience: float) -> bool:
        """Send the command of this number in its slot; whether it is given up before it is answered.

        They are of no share, so that there is no choice of those that are recorded: all are, or none.
        """
        now = self._env._now
        starts = self._calm.starts(cluster)
        ends = starts + cluster.with_phases(cluster.own_work(verb, number), starts)
        cluster.occupy(ends)
        self._counts[verb] += 1
        is_late = ends >= now + patience
        if self._recorded:
            total = replace(self._deadlines, command=patience).total
            row = Attempt(
                number=0, hop=Hop.PROCESSOR, location=cluster.name, verb=verb, began_at=now, deadline=now + total
            )
            if is_late:
                row = replace(row, ended_at=now + patience, code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY)
            else:
                row = replace(row, ended_at=ends, result=OpResult.OK)
            self.asked.append(row)
        after = self._known if verb is Verb.CAPABILITIES else self._listed
        if is_late:
            self._env.deadline_at(now + patience, after, cluster)
        else:
            self._env.call_at(ends, after, cluster)
        return is_late

    def _known(self, cluster: FastCluster) -> None:
        cluster.free_slot()
        cluster.is_known = True
        waiting, cluster.learners = cluster.learners, []
        for go_on in waiting:
            go_on()
        self._calm.welcome(cluster)  # only now: those who waited count on what they see

    def _listed(self, cluster: FastCluster) -> None:
        cluster.free_slot()
        self.sweep_later(cluster)
