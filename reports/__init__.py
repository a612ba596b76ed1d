"""The journal of a run, and its readers.

history.py    ops, attempts, state changes, effects, injections, readings
verdicts.py   verdict, finding, anomaly with its witnesses, gate
journal.py    the record of a run, as JSON
allowances.py what a service may do that the strictest reading forbids
connector_lacks.py what a connector lacks, and which promises are weaker for it
comparison.py what several runs differ in; comparison_table.py as a table
invariants.py what each invariant promises, why, and what a violation looks like
calibration.py what calibrating a connector found
capacity.py   the result of a search for capacity, as JSON; capacity_words.py in sentences
passed_on.py  what a gateway passed on twice, and what went on after it had given up
planned.py    what was planned to break against what struck
measures.py   outcomes and latencies, taken from a history
latencies.py  response and service times of a load
seen_changes.py changes of state as clients saw them, where a service has no log
sentences.py  figures and conclusions in words, for every kind of report
story.py      what each part did about one share, lane by lane
plain.py      text of others, made fit for a terminal
terminal.py   the summary on a terminal
junit.py      JUnit XML
otlp.py       OTLP traces
perfetto.py   a trace for Perfetto; protobuf.py writes its format
contract/     what the contract suite found out, and its readers
fidelity/     how alike two connectors are, and its readers
html/         pages
document.py   the documentation of the journal's format
errors.py     the error tree
"""
