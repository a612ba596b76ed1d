"""The checkers: one invariant a file, each a generator of anomalies over the indexed history.

history_index.py  the history with its indexes, and the bounds of the scenario
record_timeline.py … what the pipeline's log says of a record, and the path that it took
share_lifetime.py  … the lives of a name on a cluster, by the cluster's log
indexed_reading.py  … what a reading shows, by place and name
grouping.py  … rows in groups, and groups looked up
update_ends.py  … the ends of updates, and the ops that may have begun them
resize_ends.py  … how resizes ended
part_ends.py  … how changes of access and of snapshots ended
access_ends.py  … access changes that came to nothing
excuses.py    … what may excuse a failed operation
asked_deletes.py  … whether a delete was asked for
sweeping.py   … how long a service may take to sweep what nobody is to have
starvation.py … whether the machine had time for the run
storms.py     … asks in vain that do not back off
holds.py      … when clusters were held, and what was accepted meanwhile
turns.py      … how many claims a tenant waited for its turn
missing_faults.py  … why a fault did not strike
gateway_repeats.py  … what a gateway asked twice, beside what came of it
kept_pace.py  … whether load generators played what was planned
checker.py    what a checker is; asking it safely
witness.py    rows of the history as witnesses, in words
document.py   the documentation of the invariants
run_checkers.py  the table of all checkers, and the verdict
at_most_one.py S1 · no_ghosts.py S2 · no_lost_promise.py S3 · legal_path.py S4 · status_truth.py S5
replay_safety.py S6 · honest_failure.py S7 · delete_is_final.py S8 · one_outcome.py S9 · conservation.py S10
only_processor_removes.py S11 · only_active.py S12 · held.py S13 · taken_up.py S14
retry_budget.py S15 · poison.py S16 · quotas.py S17 · at_rest.py L1 · clean.py L2
resolvable.py L3 · recovery.py L4 · unforced_failures.py L5 · deadlines.py T1
nested_deadlines.py T2 · one_origin.py T3 · notified.py N1
promised_faults.py V1 · weaker_form.py V2 · clean_baseline.py V3 · unplanned_ends.py V4
"""
