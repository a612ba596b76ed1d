"""The virtual world: the real pipeline code on a clock that jumps, over a network that is only memory.

loop.py      the virtual-time asyncio loop
hosts.py     named hosts, and killing one without a last word
network.py   listeners, connections, partitions
stream.py    the two ends of a connection
endpoint.py  what stands in for a socket
errors.py    the error tree
"""
