"""A scenario: how it is read, checked, advised on and documented.

scenario.py      the values that every world plays
roles.py         the parts of the reference pipeline
gateway.py       the gateway, and its settings; gateway_checks.py says what is wrong with them
gateway_kind.py  … which program it is
store_kind.py    what the reference pipeline keeps its records in
spool_kind.py    where its messages wait
service.py       the settings of the reference pipeline, as the harness reads them
service_spec.py  another service under test: its kind, its parts and files
service_tables.py … as a file spells it
service_checks.py … what no field shows by itself
service_parse.py … from a scenario, or from a file of its own
service_spelling.py … as a table again, for another file
templates.py     the fields of its commands and files
nemesis.py       whom a nemesis step hits, and how far clocks drift apart
nemesis_kinds.py what the nemesis can do, and a step of its schedule
rule_tables.py   nemesis steps, deliveries and store faults as a scenario file spells them
points.py        … the calls at which a process can be killed
deliveries.py    … what happens to messages
store_faults.py  … what happens to transactions of the store; service_fault.py  what the two share
receivers.py     … how the receivers of notices misbehave
tables.py        a scenario file as pydantic reads it
checks.py        what a table by itself cannot know
scripted.py      requests at instants of their own
spacing.py       gaps between arrivals, scaled to the rate
readable.py      checks what can be read of a file with mistakes, so that all are reported at once
parse.py         from a file to a scenario
gate_expressions.py  how a gate is written
remark.py        one piece of advice
settling.py      how long a record may need to come to rest, for `settle`, advice and L1
deadlines.py     … on deadlines that do not nest
clocks.py        … on clocks too far apart
windows.py       … on faults whose time never comes
expectations.py  … on expectations that the load cannot meet
unreachable_faults.py … on faults for which no matching call comes
dialect_remarks.py … on what a cluster's dialect cannot say or do
gate_remarks.py  … on gates that cannot pass, cannot fail or measure nothing
volumes.py       … on replies that nobody reads to their end
schema.py        the JSON Schema for editors
document.py      the page on the format
words.py         a piece of the schema in words
"""
