"""The reference pipeline: API, store, spool, processor, gateway. PROTOCOL rules are stated where they are kept.

states.py      states of a share and the legal moves
record.py      the record, which is the job; claims, commands, events
store/         the store and spool protocols, and SQLite behind them
api/           the Starlette application
processor/     decides and performs
gateway/       the reverse proxy
"""
