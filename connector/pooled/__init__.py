"""A connector over a bounded pool of connections, whatever carries them: SSH, or a call of a model.

connector.py   PooledConnector: one command from its request to its outcome
pool.py        the bounded pool and the queue of those who wait
link.py        one connection of a pool and the places on it
stops.py       why a call stopped
"""
