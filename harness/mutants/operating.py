"""Bugs of what operators ask for, of whose turn it is, and of how often something is tried."""

from connector.operations import Capability
from connector.values import replace
from fake_clusters.profile import Constant, Profile
from fake_clusters.rules.rule import Window
from fake_clusters.spec import ClusterSpec
from harness.mutants.mutant import Mutant, struck
from harness.scenario.nemesis_kinds import HoldHow, hold, kill
from harness.scenario.points import CrashPoint
from harness.scenario.roles import Role
from harness.scenario.scenario import WorkloadKind

__all__ = ["OPERATING"]

_SLOW = ClusterSpec(
    name="slow", profile=Profile(name="slow", default=Constant(0.15)), capabilities=frozenset({Capability.MARK})
)
"""A cluster in the place of the base's, at which work waits."""

OPERATING = (
    Mutant(
        name="ignores_holds",
        does="claims the record of a message although its cluster is paused",
        part=Role.PROCESSOR,
        needs="a pause during the load",
        caught_by=("S13",),
        nemesis=(hold("plain", at=1.0, duration=2.0),),
    ),
    Mutant(
        name="forgets_holds",
        does="forgets at a restart of the processor which clusters are paused",
        part=Role.PROCESSOR,
        needs="a processor that is killed while a cluster is paused",
        caught_by=("S13",),
        nemesis=(hold("plain", at=1.0, duration=3.0), kill(Role.PROCESSOR, at=1.5, duration=0.2)),
    ),
    Mutant(
        name="holds_never_end",
        does="goes on pausing a cluster when the end date of the pause is over",
        part=Role.PROCESSOR,
        needs="a pause that ends by itself",
        caught_by=("S14", "L1"),
        nemesis=(hold("plain", at=1.0, duration=1.0, expires=True),),
    ),
    Mutant(
        name="drains_creates_only",
        does="accepts changes of the shares of a cluster that is drained",
        part=Role.API,
        needs="a drain, and changes meanwhile",
        caught_by=("S13",),
        nemesis=(hold("plain", at=2.0, duration=2.0, how=HoldHow.DRAIN),),
        mix={WorkloadKind.CREATE: 4.0, WorkloadKind.RESIZE: 5.0, WorkloadKind.DELETE: 2.0},
    ),
    Mutant(
        name="ignores_turns",
        does="serves whoever asked first, so that a tenant waits behind all that another asked for",
        part=Role.PROCESSOR,
        needs="a tenant that asks for more than its cluster can do, and another one",
        caught_by=("S14",),
        mix={WorkloadKind.CREATE: 1.0},
        clusters=(_SLOW,),
        settings={"processor": {"workers": 1}},
        tenants={"crowd": 9.0, "single": 1.0},
        guided=True,
    ),
    Mutant(
        name="counts_room_once",
        does="counts the room of a cluster once per batch of claims, so that one batch takes all that is due",
        part=Role.PROCESSOR,
        needs="batches of claims, a tenant that asks for more than its cluster can do, and another one",
        caught_by=("S14",),
        mix={WorkloadKind.CREATE: 1.0},
        clusters=(_SLOW,),
        settings={"processor": {"workers": 1}},
        tenants={"crowd": 9.0, "single": 1.0},
        guided=True,
    ),
    Mutant(
        name="inverts_priorities",
        does="makes the shares of the lowest priority first",
        part=Role.PROCESSOR,
        needs="creates of several priorities that wait for a cluster",
        caught_by=("S14",),
        mix={WorkloadKind.CREATE: 1.0},
        clusters=(_SLOW,),
        settings={"processor": {"workers": 1}},
        priorities=(1, 5),
        guided=True,
    ),
    Mutant(
        name="ignores_budget",
        does="tries again as often as it likes, whatever the retry budget of the cluster",
        part=Role.PROCESSOR,
        needs="a cluster that answers nothing for a while, and a retry budget",
        caught_by=("S15",),
        faults=(replace(struck("no_exit_status", probability=1.0), window=Window(begins=1.0, ends=4.0)),),
        settings={
            "processor": {"workers": 1},
            "retry": {"attempts": 100, "budget": 0.1, "floor": 0.2, "burst": 1},
        },
        guided=True,
    ),
    Mutant(
        name="ignores_poison",
        does="takes up a record again of which more processors have died than `processor.poison` allows",
        part=Role.PROCESSOR,
        needs="a processor that is killed during a command",
        caught_by=("S16",),
        nemesis=(kill(Role.PROCESSOR, at=0.5, duration=0.2, site=CrashPoint.AFTER_BEGIN),),
        settings={"processor": {"poison": 1}},
    ),
)
