"""The job queues that the bench `job_queues` compares: ours, and what people would take instead.

queues.py  each queue behind one protocol: prepare, put, work
cluster.py a cluster within the process
child.py   one role of one queue in a process of its own
bulk.py    our jobs by statements of many rows, for the bench `bloat`
"""
