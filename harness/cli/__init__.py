"""The command line `spoolproof`. Each command imports what it needs when it runs, so that `--help` is fast.

entry.py      from arguments to an exit code: every error becomes one clear line
exits.py      the exit codes
app.py        the table of commands
commands/     the options of each command
traceback_file.py  where the traceback of an internal error goes
run.py        `run`: scenarios one after another, to verdicts and reports; connectors.py its `--connector`
compare.py    `compare`: several designs, or saved journals, side by side
agree.py      `agree`: one scenario in several worlds, and whether they agree
mutants.py    `mutants`: search for seeded bugs, in pipelines with one bug each
explore.py    `explore`: search for a schedule that breaks an invariant
load_compare.py        `load compare`: the response times of two loads
capacity.py   `capacity`: search for the highest rate that a service bears
capacity_options.py    read and check its options
capacity_exit.py       its exit code, and why
saved_failures.py      save what `explore` found, one folder each
exploration_report.py  print what `explore` found
replay.py     `replay`: run a journal's scenario again
load.py       `load`: a scenario's load by Locust; latencies.py its response times
designs.py    the designs named on the command line
start_file.py  files that users go on with
results_folder.py      the folder for the results of a run
interrupt.py  Ctrl-C once: stop and report; twice: stop at once
progress.py   progress on stderr while a run is under way
summary.py    `run --json`: one object for scripts
sandbox.py    `up`, `down`, `status`, `reset`
clusters.py   `clusters serve`
pipeline.py   `pipeline serve`; reconcile.py `pipeline reconcile`
operator.py   `pipeline pause`, `drain`, `lift`, `holds`, `queue`, `dead`, `requeue`; webhooks.py `pipeline webhooks`
inputs.py     the scenarios and journals named on the command line
lint.py       `lint` and `schema`; schema_of.py  the kinds of file that have one
scenario_list.py `scenarios`
fault_list.py `faults`
toxic_list.py `toxics`
invariant_list.py `explain`
journal.py    `report`
examples.py  `service example`
target_runs.py what commands that ask targets have in common
contract.py    `contract TARGET`; contract_progress.py its progress; contract_sweep.py `contract sweep`
fidelity.py    `fidelity REAL FAKE`; counted_progress.py progress of what is counted
clause_list.py `contract clauses`
tape.py        `tape record`, `tape replay`; tape_show.py `tape show`, `tape dialect`
real.py        `real up`
nats.py        `nats up`
postgres.py    `pg up`, `pg migrate`, `pg rights`
dialects.py      `dialect new`, `dialect check`; dialect_try.py `dialect try`
service_sheets.py `service new`, `service list` and `service lint`
service_check.py  `service check`
calibrate.py  `calibrate`: a cluster that is as slow as a measured connector; calibration_tables.py what it shows
document.py   the documentation of the command line
streams.py    the standard streams, closed or full
stdout.py     the console for results
"""
