"""The HTTP servers that the benchmark of accepts compares, each a process of its own, and what loads them.

servers.py    a route that does nothing, the API, and an insert in a worker thread per request
plain_locustfile.py  a plain FastHttpUser, beside which the load generators are measured
load.py       creates over kept connections, in a closed loop, in a process of its own
"""
