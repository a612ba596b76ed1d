"""Bugs of the API: what it accepts, what it remembers, and what it answers."""

from harness.mutants.mutant import Mutant, failing, killed, struck
from harness.scenario.roles import Role
from harness.scenario.scenario import WorkloadKind
from harness.scenario.store_faults import StoreCall, StoreFaultKind

__all__ = ["ACCEPTING"]

ACCEPTING = (
    Mutant(
        name="api_removes",
        does="lets the API remove the record of a share that is to be deleted",
        part=Role.API,
        needs="deletes",
        caught_by=("L2", "S11"),
    ),
    Mutant(
        name="allows_on_pending",
        does="accepts changes of a share whose create is under way",
        part=Role.API,
        needs="creates that stay pending for a while",
        caught_by=("S4", "S12"),
        faults=(struck("reply_lost", on="create"),),
    ),
    Mutant(
        name="commits_then_publishes",
        does="sends the message after the commit, with nothing that scans for what was not sent",
        part=Role.API,
        needs="an API that is killed between the two",
        caught_by=("L1",),
        nemesis=killed(Role.API),
    ),
    Mutant(
        name="answers_first",
        does="answers 202 before the commit",
        part=Role.API,
        needs="an API that is killed between the two",
        caught_by=("S3",),
        nemesis=killed(Role.API),
    ),
    Mutant(
        name="promises_without_store",
        does="answers 202 although the store could not commit, and means to write the record down later",
        part=Role.API,
        needs="a store that is full, read-only, or away",
        caught_by=("S3",),
        store_faults=failing(StoreFaultKind.FULL, StoreCall.CREATE),
    ),
    Mutant(
        name="repeats_lost_commits",
        does="takes a commit whose answer was lost for a failure, and asks again as for another share",
        part=Role.API,
        needs="a connection to the store that is lost in mid-commit",
        caught_by=("S7",),
        store_faults=failing(StoreFaultKind.LOST_COMMIT, StoreCall.CREATE),
        guided=True,
    ),
    Mutant(
        name="keys_without_fingerprint",
        does="answers another body with the same idempotency key as the first one",
        part=Role.API,
        needs="keys that are used twice",
        caught_by=("S6",),
    ),
    Mutant(
        name="ignores_keys",
        does="ignores idempotency keys",
        part=Role.API,
        needs="creates that are sent twice",
        caught_by=("S6",),
    ),
    Mutant(
        name="keeps_refusals",
        does="refuses again by a state that is over, for as long as it remembers the key",
        part=Role.API,
        needs="creates that stay pending for a while, and refused ones that are sent again later",
        caught_by=("S6",),
        faults=(struck("reply_lost", on="create"),),
        mix={WorkloadKind.CREATE: 3.0, WorkloadKind.COMPETE: 4.0, WorkloadKind.DUPLICATE: 4.0},
        guided=True,
    ),
    Mutant(
        name="keys_in_memory",
        does="keeps idempotency keys in the memory of the API",
        part=Role.API,
        needs="an API that is killed, and creates that are sent twice",
        caught_by=("S6",),
        nemesis=killed(Role.API),
    ),
    Mutant(
        name="reads_stale",
        does="answers every other read from a replica that lags behind",
        part=Role.API,
        needs="polling",
        caught_by=("S4",),
    ),
    Mutant(
        name="forgets_quotas",
        does="looks at a tenant's quota for its first share alone",
        part=Role.API,
        needs="a tenant that asks for more than its quota",
        caught_by=("S17",),
        settings={"quotas": {"shares": 5}},
    ),
    Mutant(
        name="resizes_past_quota",
        does="looks at a tenant's quota for creates alone: a resize asks for as much as it likes",
        part=Role.API,
        needs="a tenant that resizes beyond its quota of bytes",
        caught_by=("S17",),
        mix={WorkloadKind.CREATE: 3.0, WorkloadKind.RESIZE: 3.0},
        settings={"quotas": {"bytes": 16 * 2**30}},
    ),
    Mutant(
        name="keeps_quota",
        does="counts what a tenant ever had: what is deleted is not given back to its quota",
        part=Role.API,
        needs="a quota that is reached, and deletes",
        caught_by=("S17",),
        mix={WorkloadKind.CREATE: 3.0, WorkloadKind.DELETE: 3.0},
        settings={"quotas": {"shares": 5}},
    ),
)
