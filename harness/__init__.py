"""The harness: plays scenarios, breaks things on a schedule, and judges what happened.

scenario/       a scenario and how it is read, checked and documented
workload/       the open-loop load
service/        the service under test: what is asked of it, and the reference pipeline as one
nemesis/        what turns faults on processes and clusters on and off
toxics/         what is done to links, and the relay that does it
run/            one run of a scenario, the same in every world
virtual/        the virtual world: a clock that jumps, hosts and a network that are memory
live/           the live world: real SSH, real processes, the wall clock
model/          the model world: the pipeline without HTTP and SQLite, and a fast path for calm loads
capacity/       the highest rate that a service bears
load/           load tests: the arrivals played by Locust, through a gateway
real/           a real connector on this machine: OpenSSH and Samba
servers/        servers that a run starts for itself
explore/        the search for a schedule that breaks a promise, and the smallest such
differential/   one scenario in several worlds, and where they differ
collect/        from logs and effect logs to the history
checkers/       one invariant a file, and the judge
mutants/        pipelines with one seeded bug each
attribution.py  each timeout's one origin
metrics.py      what gates can measure
measure.py      one figure: a statistic of a metric over a window
gates.py        thresholds on figures
lint.py         advice on a scenario that reads well
planned.py      what a scenario breaks on purpose, as rows of the journal
recheck.py      a saved journal, judged from its history
journal.py      one scenario from start to finish, to a journal
replications.py  one scenario with many seeds: every verdict, and intervals
confidence.py   intervals of means, with Student's t
compare.py      one scenario with several designs, on common random numbers
worlds.py       the table of worlds; world_name.py their names
versions.py     which versions made a run
http_client.py  how the harness sends HTTP requests
python_path.py  the lab's own code before any other of its names
processes.py    processes that work beside this one, and that Ctrl-C does not reach
patience.py     waiting that can be cut short
garbage.py      how often a run looks for garbage
own_folder.py   a temporary folder that a killed command does not leave for good
contract/       the contract kit: one suite for any connector
fidelity/       whether a fake answers as the connector does that it stands for
tape/           sessions with a real device, recorded and played again
cli/            the command line
sandbox/        a world that stands, with a live page
lab/            the tasks of the lab as a child process of `spoolproof`, the package
calibrate/      a fake cluster from measured latencies
handbook/       the generated pages of the documentation
errors.py       the error tree
"""
