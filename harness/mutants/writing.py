"""Bugs of what the processor writes down, and when: leases, fences, deadlines, messages, events, breakers."""

from connector.codes import Code
from harness.mutants.mutant import ORDERED, Mutant, always, killed, outage, skewed, struck
from harness.scenario.roles import Role
from harness.scenario.scenario import WorkloadKind

__all__ = ["WRITING"]

_SLOW = struck("slow_service", add=0.15)

WRITING = (
    Mutant(
        name="creates_again",
        does="sends the create again for a redelivered message, whatever became of the record",
        part=Role.PROCESSOR,
        needs="deletes, and a connector that knows no sequence numbers",
        caught_by=("S10",),
    ),
    Mutant(
        name="claims_stay_due",
        does="leaves a record due when it is claimed, so that it is claimed again at once",
        part=Role.PROCESSOR,
        needs="nothing: the world reports the livelock",
        caught_by=(),
    ),
    Mutant(
        name="ignores_fence",
        does="closes a claim without comparing its fence, and has no heartbeat",
        part=Role.PROCESSOR,
        needs="a processor whose clock jumps ahead by more than its lease",
        caught_by=("S4", "S9"),
        faults=(_SLOW,),
        nemesis=skewed(Role.PROCESSOR),
        guided=True,
    ),
    Mutant(
        name="leases_too_short",
        does="claims for a shorter time than the work takes, and closes claims by id alone",
        part=Role.PROCESSOR,
        needs="commands that are a little slow",
        caught_by=("S4", "S9"),
        faults=(_SLOW,),
    ),
    Mutant(
        name="rescues_late",
        does="holds the claim of a dead processor for an hour",
        part=Role.PROCESSOR,
        needs="a processor that is killed while it works",
        caught_by=("L1",),
        faults=(_SLOW,),
        nemesis=killed(Role.PROCESSOR),
    ),
    Mutant(
        name="never_tries_again",
        does="leaves a cluster alone for good once its breaker has opened",
        part=Role.PROCESSOR,
        needs="an outage that opens a breaker",
        caught_by=("L1",),
        nemesis=outage("plain"),
    ),
    Mutant(
        name="looks_never_back_off",
        does="looks again at once after a look that told nothing",
        part=Role.PROCESSOR,
        needs="looks that tell nothing, for long",
        caught_by=("L4",),
        faults=(always("error_exit", on="show", code=Code.INTERNAL),),
        guided=True,
    ),
    Mutant(
        name="never_scans",
        does="acknowledges the message before the work is done, and never looks for what is due",
        part=Role.PROCESSOR,
        needs="work that is not done at the first try",
        caught_by=("L1",),
        faults=(struck("reply_lost", on="create"),),
    ),
    Mutant(
        name="forgets_deadlines",
        does="does not write down until when a command may land",
        part=Role.PROCESSOR,
        needs="creates that land late, until the tries are used up",
        caught_by=("L2", "S7"),
        faults=(struck("late_effect", on="create", delay=1.38),),
    ),
    Mutant(
        name="restarts_sequences",
        does="counts the commands of each record from one, whatever was sent for the name before",
        part=Role.PROCESSOR,
        needs="names that are used again, and a connector that knows sequences",
        caught_by=("L5",),
        mix={WorkloadKind.CREATE: 1.0, WorkloadKind.RECREATE: 2.0, WorkloadKind.DELETE: 2.0},
        clusters=(ORDERED,),
        guided=True,
    ),
    Mutant(
        name="notifies_first",
        does="tells the outcome before it is committed",
        part=Role.PROCESSOR,
        needs="a processor that is killed between the two",
        caught_by=("S4",),
        nemesis=killed(Role.PROCESSOR),
    ),
    Mutant(
        name="skips_failing",
        does="removes the record of a refused create without making its failing known",
        part=Role.PROCESSOR,
        needs="a quota that is reached",
        caught_by=("S3", "S4"),
    ),
    Mutant(
        name="sweeps_foreign",
        does="sweeps the shares of another store that has the same owner",
        part=Role.PROCESSOR,
        needs="a share of another store, on a connector that keeps marks",
        caught_by=("L2",),
    ),
    Mutant(
        name="sweeps_too_soon",
        does="sweeps without a grace, by records looked up before the shares were listed",
        part=Role.PROCESSOR,
        needs="a connector that keeps marks",
        caught_by=("L2", "S5"),
    ),
)
