"""What the page shows, panel by panel, as HTML: the same for every browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from connector.values import replace
from fake_clusters.counters import Gauge
from fake_clusters.exchanges import CommandExchange
from fake_clusters.faults import FAULTS
from fake_clusters.faults.document import parameter_texts as fault_parameters
from fake_clusters.profiles import PROFILES
from harness.sandbox.forms import DEFAULT_CLIENT
from harness.sandbox.guide import guide_steps
from harness.sandbox.line_chart import HEIGHT, WIDTH, line_chart
from harness.sandbox.live_verdict import LiveJudge
from harness.sandbox.panel_versions import PanelVersions
from harness.sandbox.past import past_of
from harness.sandbox.said import ending_of
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.speeds import Slider
from harness.sandbox.switched_faults import SwitchedFaults
from harness.sandbox.wait_contexts import wait_contexts
from harness.sandbox.waits import why_it_waits
from harness.servers.inbox import InboxAction
from harness.service.operated import HeldUp, QueueState
from harness.toxics import TOXICS
from harness.toxics.document import parameter_texts as toxic_parameters
from reports.history import History, OpKind, OpResult
from reports.html.template import coded
from reports.sentences import seconds
from reports.story import ShareStory

__all__ = ["SHOWN", "Panels", "environment"]

SHOWN = 100
"""Shares in the table: those under way first, then the newest."""
DEAD = 50
"""Dead letters in the panel."""
_ACCESS: Mapping[OpKind, str] = {
    OpKind.ALLOW: "Allow the client",
    OpKind.DENY: "Deny the client",
    OpKind.SNAPSHOT_CREATE: "Make a snapshot",
    OpKind.SNAPSHOT_DELETE: "Delete the snapshot",
    OpKind.VERIFY: "Verify",
}
"""What the portal's further buttons say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterQueue:
    """What waits for one cluster. hold, until: what holds it up, and how long, in words."""

    name: str
    waiting: int
    worked_on: int
    hold: HeldUp | None
    until: str


@cache
def environment() -> Environment:
    """Where templates come from; a name that is not given is an error."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("harness.sandbox", "assets"), PackageLoader("reports.html", "assets")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["age"] = _age
    made.filters["clock"] = lambda at: f"{at:.2f} s"
    made.filters["id"] = _id
    made.filters["coded"] = coded
    made.filters["seconds"] = seconds
    return made


class Panels:
    """Renders the panels of a sandbox. versions: of each, for the browsers."""

    def __init__(self, sandbox: Sandbox, judge: LiveJudge) -> None:
        self._sandbox = sandbox
        self._judge = judge
        self.versions = PanelVersions(self._render, sandbox.changed)
        self._samples = -1
        self._charts = ""

    def page(self) -> str:
        """The whole page, with the panels as they are now."""
        sandbox = self._sandbox
        return self._template(
            "page.html",
            panels=self.versions.now(),
            seen=self.versions.seen,
            scenario=sandbox.scenario,
            locations=[cluster.name for cluster in sandbox.clusters],
            links=list(sandbox.by_hand.faults.links),
            happened=self.happened(),
            access=[(kind.value, text) for kind, text in _ACCESS.items() if kind in sandbox.portal.offered],
            takes_client=OpKind.ALLOW in sandbox.portal.offered,
            default_client=DEFAULT_CLIENT,
            queue=sandbox.queue,
            inbox_kinds=list(sandbox.inbox.addresses),
            actions=[action.value for action in InboxAction],
            entry=sandbox.entry,
            has_load=sandbox.scenario.workload.rate > 0,
        )

    def happened(self) -> str:
        """All lines that are kept."""
        return self._lines(self._sandbox.happened.lines())

    def happened_after(self, number: int) -> str | None:
        """The lines behind one; None where they are not all kept."""
        lines = self._sandbox.happened.after(number)
        return None if lines is None else self._lines(lines)

    def catalogue(self, cluster: str) -> str:
        """Every fault that can be switched on there."""
        rows = [(kind, fault_parameters(kind)) for kind in FAULTS.values()]
        return self._template("catalogue.html", where=cluster, rows=rows, path=f"/clusters/{cluster}/faults", once=True)

    def toxics(self, link: str) -> str:
        """Every toxic that can be put there."""
        rows = [(kind, toxic_parameters(kind)) for kind in TOXICS.values()]
        return self._template("catalogue.html", where=link, rows=rows, path=f"/links/{link}/toxics", once=False)

    def story(self, story: ShareStory, said: Mapping[int, Sequence[CommandExchange]]) -> str:
        """What each part did about one share. said: what went over SSH, by number of the command."""
        shows_access = self._sandbox.portal.shows_access
        return self._template("story.html", story=story, said=said, ending_of=ending_of, shows_access=shows_access)

    def access(self, location: str, name: str, answers: Mapping[str, str]) -> str:
        """What the service answers about the access rules and the snapshots of a share."""
        return self._template("access.html", location=location, name=name, answers=answers)

    def no_story(self, location: str, name: str, why: str) -> str:
        """In place of a story that cannot be read at the moment."""
        return self._template("no_story.html", location=location, name=name, why=why)

    def past(self, history: History, part: float) -> str:
        """All that is known of an earlier instant."""
        sandbox = self._sandbox
        names = [cluster.name for cluster in sandbox.clusters]
        past = past_of(history, part, now=sandbox.world.clock.now(), clusters=names)
        return self._template("past.html", past=past, shown=SHOWN)

    def requeue(self, count: int, location: str | None, reason: str | None) -> str:
        """How many dead letters match, and the button that requeues them."""
        return self._template("requeue.html", count=count, location=location or "", reason=reason or "")

    def _render(self) -> Mapping[str, str]:
        sandbox = self._sandbox
        found = {
            "badge": self._template("badge.html", verdict=self._judge.verdict),
            "guide": self._template("guide.html", steps=guide_steps(sandbox)),
            "answers": self._template("answers.html", asked=sandbox.portal.asked, ok=OpResult.OK, fail=OpResult.FAIL),
            "shares": self._shares(),
            "metrics": self._metrics(),
            "queue": self._queue(),
            "inbox": self._template("inbox.html", inbox=sandbox.inbox, messages=sandbox.inbox.shown()),
            "processes": self._processes(),
            "links": self._template("links.html", rows=_links(sandbox.by_hand.faults)),
            "load": self._template("load.html", on=sandbox.load.on, workload=sandbox.scenario.workload),
        }
        for cluster in sandbox.clusters:
            found[f"cluster-{_id(cluster.name)}"] = self._template(
                "cluster.html",
                name=cluster.name,
                gauges=cluster.gauges(),
                gauge=Gauge,
                places=cluster.spec.limits.commands,
                open=cluster.is_open,
                shares=len(cluster.share_names),
                faults=_on(sandbox.by_hand.faults, cluster.name, _strikes(cluster.injections())),
            )
            found[f"tune-{_id(cluster.name)}"] = self._template(
                "tune.html",
                name=cluster.name,
                profiles=PROFILES,
                speed=sandbox.by_hand.speeds.of[cluster.name],
                tail=sandbox.by_hand.speeds.slider(cluster.name, Slider.TAIL),
                failures=100 * sandbox.by_hand.speeds.slider(cluster.name, Slider.FAILURES),
            )
        return found

    def _shares(self) -> str:
        sandbox = self._sandbox
        rows, contexts = sandbox.table.first(SHOWN), wait_contexts(sandbox)
        now = sandbox.world.clock.now()
        queue = sandbox.queue
        why = {
            row.share: why_it_waits(row, contexts[row.location], queue.of_share(row.share), queue.dead(row.share))
            for row in rows
            if row.location in contexts
        }
        shown = [(row, why.get(row.share, ""), now - row.since) for row in rows]
        counts = sandbox.table.counts()
        return self._template("shares.html", rows=shown, total=sum(counts.values()), counts=counts)

    def _metrics(self) -> str:
        """Anew with each sample, and not each time that something happens."""
        metrics = self._sandbox.metrics
        if self._samples != metrics.samples:
            self._samples = metrics.samples
            self._charts = self._template(
                "metrics.html",
                width=WIDTH,
                height=HEIGHT,
                charts=[
                    line_chart("Latency", metrics.latencies),
                    line_chart("Rates", metrics.rates),
                    line_chart("Backlog", metrics.backlog),
                ],
                gates=[(row, line_chart(row.series.name, [row.series], row.gate.threshold)) for row in metrics.gates],
            )
        return self._charts

    def _queue(self) -> str:
        sandbox = self._sandbox
        state = sandbox.queue.state
        clusters = [] if state is None else [self._cluster_queue(state, cluster.name) for cluster in sandbox.clusters]
        shown = None if state is None else replace(state, dead=state.dead[:DEAD])
        return self._template("queue.html", queue=sandbox.queue, state=shown, clusters=clusters)

    def _cluster_queue(self, state: QueueState, name: str) -> ClusterQueue:
        rows = [row for row in state.shares if row.location == name]
        worked_on = sum(1 for row in rows if row.lease_until is not None)
        hold = state.hold_of(name)
        until = None if hold is None else hold.until
        return ClusterQueue(
            name=name,
            waiting=len(rows) - worked_on,
            worked_on=worked_on,
            hold=hold,
            until="until it is lifted" if until is None else f"until {self._sandbox.time_of_day(until)}",
        )

    def _processes(self) -> str:
        sandbox = self._sandbox
        rows = [
            (name, part.url or "", sandbox.by_hand.doing(name) or "running", name in sandbox.by_hand.spares)
            for name, part in sandbox.world.service.parts.items()
        ]
        return self._template("processes.html", rows=rows)

    def _lines(self, lines: Any) -> str:
        return self._template("lines.html", lines=list(reversed(lines)))

    def _template(self, name: str, /, **values: Any) -> str:
        return environment().get_template(name).render(values)


def _on(faults: SwitchedFaults, where: str, strikes: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """(label, kind, how often it struck) of what is on there."""
    return [(row.rule.label, str(row.rule.kind), strikes.get(row.rule.label, 0)) for row in faults.on(where)]


def _links(faults: SwitchedFaults) -> list[tuple[str, int, list[tuple[str, str, int]]]]:
    found = []
    for name, relay in faults.links.items():
        met = {label.removeprefix("affected."): count for label, count in relay.counters.items()}
        found.append((name, relay.connections, _on(faults, name, met)))
    return found


def _strikes(injections: Any) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for row in injections:
        found[row.label] = found.get(row.label, 0) + 1
    return found


def _age(seconds: float) -> str:
    """Coarse, so that what is at rest is not shown anew each second."""
    if seconds < 60:
        return f"{max(seconds, 0.0):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.0f} h"


def _id(name: str) -> str:
    """A name as part of an HTML id and of an event's name."""
    return "".join(letter if letter.isascii() and letter.isalnum() else f"_{ord(letter):x}" for letter in name)
