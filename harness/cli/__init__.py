"""The command line `spoolproof`. Each command imports what it needs when it runs, so that `--help` is quick.

entry.py      from arguments to an exit code: every error becomes one clear line
exits.py      the exit codes
app.py        the table of commands
commands/     what each command takes: its options
trace.py      where the trace of an internal error goes
runs.py       `run`: scenarios one after another, to verdicts and reports
comparing.py  `compare`: several designs, or saved journals, side by side
agreeing.py   `agree`: one scenario in several worlds, and whether they agree
mutants.py    `mutants`: pipelines with one seeded bug each, and what it took to find them
exploring.py  `explore`: a search for a schedule that breaks a promise
keeping.py    what exploring found, in folders
explored.py   what exploring found, in words
replaying.py  `replay`: a journal, played again
designs.py    the designs that a command line names
folder.py     the folder that a run's results go to
interrupt.py  Ctrl-C once: stop and report; twice: stop at once
progress.py   what stderr shows while a run is under way
summary.py    `run --json`: one object for scripts
clusters.py   `clusters serve`
pipeline.py   `pipeline serve`
reading.py    the scenarios that a command line names
advice.py     `lint` and `schema`
scenario_list.py `scenarios`
fault_list.py `faults`
toxic_list.py `toxics`
invariant_list.py `explain`
journal.py    `report`
document.py   the documentation of the command line
streams.py    the standard streams, closed or full
stdout.py     the console for results
"""
