"""The open-loop load: what arrives when, and a client that asks, retries and polls as a portal's would.

arrivals.py   the plan: every arrival with its instant, kind, name, key and size
names.py      share names, a few of them nasty but legal
recorder.py   ops and attempts as rows of the history
client.py     one op: its tries, its deadline, its retries with the same key
budget.py     how many retries all clients together may make
ledger.py     what the load knows of its own shares
drafts.py     from an arrival to the op that it asks
follower.py   polls a share until an operation on it has ended
clients.py    the clients of a load, whoever lets them come
load.py       carries a plan out under asyncio, open-loop
"""
