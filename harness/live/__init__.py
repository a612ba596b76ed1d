"""The live world: real sockets, real SSH, real processes, wall time.

runner.py         LiveRunner: runs one scenario in a live world
world.py          opens a live world around a scenario
clusters.py       the clusters of one: fakes, unless others are put in their place
open_files.py     how many files a run may open
loopback.py       whether this machine reaches itself at all
admin.py          changing a run by hand, over HTTP
told_file.py      a file that says where, while it lasts
service.py        starts the service under test
standing.py       … without a run, on calm clusters
reference_parts.py … the parts of the reference pipeline; reference_launch.py says how one is started
part_command.py   … and of which module
foreign.py        … those of another service; foreign_gateway.py, a gateway of ours in front of it
gateways/         nginx, haproxy and the built-in gateway, as processes
python_part.py    … a part of Python; run_python_part.py runs it, as a process of its own
parts.py          its processes together
process.py        one of them; spawned.py starts its process from a command
forks.py          … as a fork of one process that has imported the code; fork_server.py is that process
crash_points.py   stops one right before or after one exact call, so that it is killed there
launch.py         how one is started
readiness.py      whether one is ready
free_ports.py     a port for each name
logged_errors.py  the internal errors that parts wrote to their logs
die_with_parent.py  ties a process to the harness's life
kept.py         what a world keeps between two starts
workspace.py      the directory of one run
cleaner.py        cleans up after a harness that was killed
"""
