"""The reference pipeline: API, store, spool, processor, gateway. PROTOCOL rules are stated where they are kept.

states.py       states of a share and the legal moves
record.py       the record, which is the job; claims, commands, events
transitions/    what each operation does to a record: pure functions that every store realises
marks.py        whose a share is: owner, store and record, in its mark
numbering.py    what a command is known by at its connector
store/          the store and spool protocols, and SQLite behind them
spool/          a spool outside the store: NATS JetStream, and the relay that fills it
api/            the HTTP API
auth/           who may use the API, and how much
kinds/          the kinds of task: what can be asked of a share
processor/      decides and performs
notices/        who is told of what became of shares, and how
gateway/        the reverse proxy
designs/        the three designs: who carries out what the API accepts
parts.py        what can run in a process of its own
settings/       one table per part
running.py      runs parts in one process; connectors.py: what they command
serve.py        … until a signal; __main__.py is its command line; ready_file.py says that all are up
part_checks.py  what parts need of their settings
reconcile_once.py  reconciles without a processor
preload.py      what the parts import when they start, for a process that forks them
overrides.py    where another behaviour can be put in, from outside
runtime.py       what it stands on: sockets, files and chance, or a world's own in their place
problems.py     the problem types, RFC 9457
quotas.py       how much a tenant may have
holds.py        what an operator holds up at a cluster: pause and drain
findings.py     what a sweep finds and may not mend
lasting.py      what must go on: an error ends one turn, never the task
garbage.py      the garbage collection of a process that serves
tracing.py      traces of requests and commands, for OpenTelemetry
metrics.py      what a process measures, for Prometheus; store_metrics.py: what the store holds
log.py          how a process that runs parts writes its log
uuid7.py        ids that sort by time
errors.py       the error tree
"""
