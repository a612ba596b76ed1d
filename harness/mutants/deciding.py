"""Bugs of the processor's decisions: what an answer is taken for, and what follows from a look at the cluster."""

from connector.operations import Capability
from fake_clusters.profile import Constant, Profile
from fake_clusters.spec import ClusterSpec
from harness.mutants.mutant import Mutant, struck
from harness.scenario.roles import Role

__all__ = ["DECIDING"]

_LATE = struck("late_effect", on="create", delay=1.38)
"""After the caller gave up, and before the fence."""

_ORDERED = ClusterSpec(
    name="ordered",
    profile=Profile(name="quick", default=Constant(0.02)),
    capabilities=frozenset({Capability.MARK, Capability.SEQUENCE}),
)

DECIDING = (
    Mutant(
        name="believes_silence",
        does="activates a share before the connector confirmed it",
        part=Role.PROCESSOR,
        needs="creates that end without an answer and without effect",
        caught_by=("S5",),
        faults=(struck("disconnect_before", on="create"),),
    ),
    Mutant(
        name="fails_on_silence",
        does="reports a create as failed when only its reply was lost",
        part=Role.PROCESSOR,
        needs="lost replies to creates",
        caught_by=("S7",),
        faults=(struck("reply_lost", on="create"),),
    ),
    Mutant(
        name="forgets_cleanup",
        does="removes the record of a failed create without deleting what is on the cluster",
        part=Role.PROCESSOR,
        needs="creates that leave something behind and fail, or deletes",
        caught_by=("L2",),
        faults=(struck("partial_effect", on="create"),),
    ),
    Mutant(
        name="trusts_exit_zero",
        does="activates a share because its create exited with 0, without a look",
        part=Role.PROCESSOR,
        needs="connectors that answer success and do nothing",
        caught_by=("S5",),
        faults=(struck("lying_success", on="create"),),
    ),
    Mutant(
        name="trusts_resize",
        does="takes a resize for done as soon as it was sent, without confirming the size",
        part=Role.PROCESSOR,
        needs="resizes that have no effect",
        caught_by=("S5",),
        faults=(struck("disconnect_before", on="resize"),),
    ),
    Mutant(
        name="gives_up_resizes",
        does="gives a resize up once its fence is past, and overtakes it with nothing",
        part=Role.PROCESSOR,
        needs="resizes that land after the fence, and a connector that knows sequences",
        caught_by=("S5",),
        faults=(struck("late_effect", on="resize", delay=6.0),),
        clusters=(_ORDERED,),
    ),
    Mutant(
        name="deletes_strangers",
        does="deletes by its name a share that somebody else has made meanwhile",
        part=Role.PROCESSOR,
        needs="names that are taken during a create without an answer, and a connector that keeps no marks",
        caught_by=("S8",),
        faults=(struck("name_taken", on="create"),),
    ),
    Mutant(
        name="trusts_delete",
        does="removes the record as soon as the delete was sent",
        part=Role.PROCESSOR,
        needs="deletes that have no effect",
        caught_by=("L2",),
        faults=(struck("disconnect_before", on="delete"),),
    ),
    Mutant(
        name="activates_half_made",
        does="activates a share that the cluster shows as half-made",
        part=Role.PROCESSOR,
        needs="creates that leave a half-made share",
        caught_by=("S5",),
        faults=(struck("partial_effect", on="create"),),
    ),
    Mutant(
        name="believes_it_exists",
        does="creates again without a look, and takes 'already exists' for success",
        part=Role.PROCESSOR,
        needs="creates that leave a half-made share",
        caught_by=("S5",),
        faults=(struck("partial_effect", on="create"),),
    ),
    Mutant(
        name="mistakes_its_own",
        does="creates again without a look, and takes its own share for a stranger's",
        part=Role.PROCESSOR,
        needs="lost replies to creates",
        caught_by=("L2", "S7"),
        faults=(struck("reply_lost", on="create"),),
    ),
    Mutant(
        name="retries_inside",
        does="lets the connector's client retry by itself, under another request id",
        part=Role.PROCESSOR,
        needs="creates without an answer, and a connector that keeps no marks",
        caught_by=("L2",),
        faults=(struck("disconnect_before", on="create"),),
    ),
    Mutant(
        name="deletes_again",
        does="sends each delete once more by name, a few seconds later, to be sure",
        part=Role.PROCESSOR,
        needs="names that are used again after a delete",
        caught_by=("L2", "S5"),
    ),
    Mutant(
        name="retries_refusals",
        does="retries for ever what was refused for good",
        part=Role.PROCESSOR,
        needs="a quota that is reached",
        caught_by=("L1",),
    ),
    Mutant(
        name="fails_without_reason",
        does="swallows the reason for which a create failed",
        part=Role.PROCESSOR,
        needs="a quota that is reached",
        caught_by=("S3",),
    ),
    Mutant(
        name="undoes_while_pending",
        does="deletes after an unclear create before failing is durable, and carries on",
        part=Role.PROCESSOR,
        needs="lost replies to creates, and deletes that land late",
        caught_by=("S5",),
        faults=(struck("reply_lost", on="create"), struck("late_effect", on="delete", delay=0.7)),
        guided=True,
    ),
    Mutant(
        name="removes_before_fence",
        does="gives up at the first silence, and removes the record before the fence",
        part=Role.PROCESSOR,
        needs="creates that land late, and a connector that keeps no marks",
        caught_by=("L2", "S7"),
        faults=(_LATE,),
    ),
    Mutant(
        name="removes_unseen",
        does="gives up at the first silence, waits, and removes the record without a last look",
        part=Role.PROCESSOR,
        needs="creates that land late, and a connector that keeps no marks",
        caught_by=("L2", "S7"),
        faults=(_LATE,),
    ),
)
