"""Clusters that are not there: one behaviour model, faults, and real SSH servers in front of it.

The behaviour model, from what it is told to what it does:

config.py        a cluster as a TOML table; profile_table.py its latencies
spec.py          what one cluster is like
profile.py       its latencies; distributions/ what they are drawn from
latency_phases.py how its speed changes over time; speed.py how long work takes then
profiles/        the shipped profiles, as data
order.py         in which order waiting commands are served
draws.py         the undisturbed plan of each call, by keyed chance
plans.py         what is going to happen to one connection, channel or command
calls.py         coordinates, listeners and injectors: the interface to the server in front
model.py         one cluster's behaviour, which puts the following together
admission.py     connections, logins and channels within their limits
service.py       commands in service and waiting; ticket.py one of them; lines/ those that wait
work.py          the work under way, at the speed of the moment
state.py         what a cluster holds and what commands do to it; share.py one share
validation.py    the reasons to refuse a command
memory.py        request ids and sequence numbers that have been seen
effects.py       the effect log
exchanges.py     the newest commands as they came over SSH, and what was answered
earlier.py       what an earlier cluster held, from its effects
listing.py       lists that are stale or incomplete
counters.py      totals, gauges and peaks
environment.py   SimPy's time paced by an asyncio loop

Around it:

rules/           the rules of a schedule, in one form: value, table, spelling
faults/          one file per fault: a pure function that changes a plan
parameter_texts.py  what faults and toxics take, as a reader sees it
server/          the SSH server in front of a model
admin/           the HTTP admin API
front.py         what stands in front of a model: the SSH server, or another way in
farm.py          many clusters in one process; cluster.py one of them, to look at and to break
ssh_fronts.py    SSH servers in front of their models
port_keeper.py   opens and closes a port when faults and outages say so
keys.py          host and client keys
clusters_file.py a file of clusters to serve; serve.py serves it; served_files.py the files that say where
errors.py        the error tree
"""
