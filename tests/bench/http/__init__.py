"""The HTTP servers that the benchmark of accepts compares, each a process of its own, and what loads them.

servers.py    a route that does nothing, the API, and an insert in a worker thread per request
load.py       creates over kept connections, in a closed loop, in a process of its own
"""
