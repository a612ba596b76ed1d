"""Services that are not ours, played as their users play them.

portal_asyncio.py        the portal of asyncio, in virtual time
test_portal_asyncio.py   that it is valid in both worlds, repeats, and that its planted bug is found
portal_threads.py        the portal with worker threads, after any of its steps
test_portal_threads.py   what each step finds and mends
"""
