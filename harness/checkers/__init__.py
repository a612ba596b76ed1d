"""The checkers: one invariant a file, each a generator of anomalies over the indexed history.

evidence.py   history and bounds, with indexes built once
checker.py    what a checker is; asking it safely
witness.py    rows of the history as witnesses, in words
judge.py      the table of all checkers, and the verdict
at_most_one.py S1 · no_ghosts.py S2 · no_lost_promise.py S3 · legal_path.py S4 · status_truth.py S5
replay_safety.py S6 · honest_failure.py S7 · delete_is_final.py S8 · one_outcome.py S9 · conservation.py S10
only_processor_removes.py S11 · only_active.py S12 · at_rest.py L1 · clean.py L2 · deadlines.py T1
promised_faults.py V1
"""
