"""Pipelines with one seeded bug each: the harness proves its worth by catching every one of them.

table.py             MUTANTS: what each does, how it is started, which invariants must catch it
believes_silence.py  activates before the connector confirmed
forgets_cleanup.py   removes records and leaves their shares
creates_again.py     takes a redelivered message for a new one
api_removes.py       lets the API delete the record
fails_on_silence.py  reports failure on a lost reply
"""
