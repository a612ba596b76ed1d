"""SSH with bytes: unmodified SSH at both ends, over the in-memory network.

transport.py  MemorySsh: the transport that a world is built with
door.py   a cluster's port on that network
wire.py   one connection as the cluster's server uses it
"""
