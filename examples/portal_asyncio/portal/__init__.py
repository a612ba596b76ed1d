"""A portal for file shares on storage clusters, all of it asyncio.

api: takes requests, writes them down, answers at once. worker: carries them out. cluster: commands over SSH.
database: shares, the jobs queued for them, and the answers given to idempotency keys.
"""
