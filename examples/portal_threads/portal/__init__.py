"""A portal for file shares on storage clusters: api takes requests, worker carries them out, mail says what came of it.

database: shares, and the jobs queued for them. cluster: commands to a storage cluster, over SSH.
"""
