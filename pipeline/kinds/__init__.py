"""The kinds of task: what can be asked of a share, each in one file.

kind.py      what a kind is
request.py   how a kind is asked for over HTTP: method, path, body
fields.py    what is accepted as a name, a size, a client
parts.py     the access rules and snapshots of a share, as a task leaves them
table.py     KINDS, and which kind a verb belongs to

create.py, resize.py, delete.py
allow.py, deny.py
snapshot_create.py, snapshot_delete.py
verify.py
"""
