"""The live world: real sockets, real SSH, real processes, wall time.

runner.py         LiveRunner: runs one scenario in a live world
world.py          opens a live world around a scenario
open_files.py     how many files a run may open
loopback.py       whether this machine reaches itself at all
admin.py          changing a run by hand, over HTTP
parts.py          the pipeline's processes together
process.py        one of them
logged_errors.py  the internal errors that parts wrote to their logs
die_with_parent.py  ties a process to the harness's life
workspace.py      the directory of one run
cleaner.py        cleans up after a harness that was killed
"""
