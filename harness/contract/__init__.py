"""The contract kit: one suite of clauses for any connector, real or fake.

clause.py      one sentence, and the function that finds out whether it holds; clauses/ all of them, as data
findings.py    how a check ends where it does not pass
expect.py      what a check expects of an outcome
probe.py       what a check has at hand
wire.py        raw SSH connections, for what a client of ours would never do
wording.py     requests and outcomes in words
target.py      the connector under test, and what is declared of it
target_file.py … as a TOML file; target_named.py … as the command line names it
fakes.py       a fake as a target; defects/ fakes with one seeded defect each
preflight.py   whether a target can be tested at all
run_clause.py  one clause, to its result
suite.py       a run of the suite; clause_series.py one of which the clauses are asked for one by one
exemptions.py  clauses that a connector is known not to keep
ledger.py      the names of a run, on disk before they are used
cleanup.py     removes shares; sweep.py what killed runs left
own_clusters.py  connectors of somebody's own as the clusters of a run
document.py    the reference page of clauses
"""
