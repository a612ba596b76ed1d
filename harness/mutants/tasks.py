"""Bugs of the kinds of task beside create, resize and delete, of cancellation, and of the reconciler."""

from connector.operations import Capability
from connector.values import replace
from fake_clusters.profile import Constant, Profile
from fake_clusters.spec import ClusterSpec
from harness.mutants.mutant import Mutant, struck
from harness.scenario.nemesis_kinds import crash
from harness.scenario.roles import Role
from harness.scenario.scenario import WorkloadKind

__all__ = ["TASKS"]

_ABLE = ClusterSpec(
    name="able",
    profile=Profile(name="quick", default=Constant(0.02)),
    capabilities=frozenset({Capability.MARK, Capability.SNAPSHOTS, Capability.ACCESS_RULES}),
)
"""A cluster in the place of the base's, which knows all kinds of task."""

_PLAIN = replace(_ABLE, name="plain", capabilities=frozenset())

_MIX = {
    WorkloadKind.CREATE: 5.0,
    WorkloadKind.ALLOW: 3.0,
    WorkloadKind.DENY: 3.0,
    WorkloadKind.SNAPSHOT_CREATE: 3.0,
    WorkloadKind.SNAPSHOT_DELETE: 3.0,
    WorkloadKind.VERIFY: 2.0,
}

TASKS = (
    Mutant(
        name="believes_denials",
        does="takes access for taken away as soon as the deny was sent",
        part=Role.PROCESSOR,
        needs="denies that have no effect",
        caught_by=("S5",),
        faults=(struck("disconnect_before", on="deny"),),
        mix=_MIX,
        clusters=(_ABLE,),
        guided=True,
    ),
    Mutant(
        name="fails_gone_snapshots",
        does="takes the delete of a snapshot for failed when it is sent again and finds nothing",
        part=Role.PROCESSOR,
        needs="lost replies to deletes of snapshots",
        caught_by=("S5",),
        faults=(struck("reply_lost", on="snapshot-delete"),),
        mix=_MIX,
        clusters=(_ABLE,),
        guided=True,
    ),
    Mutant(
        name="cancels_at_once",
        does="removes the record of a cancelled create before its fence, without a delete",
        part=Role.PROCESSOR,
        needs="creates that land late after they were cancelled, and a connector that keeps no marks",
        caught_by=("L2",),
        faults=(struck("late_effect", on="create", delay=1.38),),
        mix={WorkloadKind.CREATE: 4.0, WorkloadKind.CANCEL: 4.0},
        clusters=(_PLAIN,),
        settings={"api": {"cancel_pending": True}},
        guided=True,
    ),
    Mutant(
        name="verifies_blindly",
        does="says of a share that it is as it should be, without a look",
        part=Role.PROCESSOR,
        needs="shares that are lost",
        caught_by=("S5",),
        nemesis=(crash("able", at=2.5, duration=0.3, wipe=True),),
        mix={WorkloadKind.CREATE: 4.0, WorkloadKind.VERIFY: 6.0},
        clusters=(_ABLE,),
        guided=True,
    ),
    Mutant(
        name="reconciles_foreign",
        does="lets the reconciler delete shares that carry no mark of this store",
        part=Role.PROCESSOR,
        needs="shares of others",
        caught_by=("L2",),
        settings={"reconciler": {"every": 1.0, "apply": True}},
    ),
)
