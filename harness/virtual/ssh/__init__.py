"""The long way to the clusters: unmodified SSH at both ends, over the network in memory.

road.py   the way that a world is built with
door.py   a cluster's port on that network
wire.py   one connection as the cluster's server uses it
"""
