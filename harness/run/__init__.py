"""One run of a scenario, the same in every world.

world.py     World: clusters, service and links, standing; events.py what happens in it
run.py       Run: load and nemesis, heal, quiesce, final reads, collection
player.py    LoadPlayer: who plays the load, and clients in this process as one
result.py    RunResult: what a run leaves, not yet judged
progress.py  ProgressReporter: the stages of a run, and where it stands
clusters.py  the fake clusters of a run
by_hand.py   what somebody removed from the clusters by hand
targets.py   what the nemesis can break
ends.py      ends of parts that nothing in the run asked for
log_fit.py    whether a change log fits what clients and final reads saw
hops.py      who commands the clusters in each design, and the deadline of each hop
holds.py     how a cluster is held through the service, and let go
fence.py     when a run makes its final readings
spans.py     phases and disturbances, for shading and gates
spelled_names.py  names of the load that a dialect cannot spell
offered.py   what a scenario asks for and the service does not offer
cpu_meter.py  how much of a core a process takes, where it took most
unsupported.py  what a run leaves out of a scenario, and why
"""
