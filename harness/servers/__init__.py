"""Servers that a lab starts for itself, from wheels: none is installed by hand, and none outlives who started it.

postgres.py        PostgreSQL
nats.py            NATS with JetStream, one server or a cluster
process.py         a server's process: crashed or stopped, and started again
ordinary_user.py   the account that they run as
inbox.py           what a receiver keeps, and how it misbehaves on demand
webhook_inbox.py   a receiver of webhooks; webhook_signature.py checks what came
mail_inbox.py      a receiver of mail; receiver_faults.py lets both misbehave as a scenario says
"""
