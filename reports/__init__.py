"""The journal of a run, and its readers.

history.py    ops, attempts, state changes, effects, injections, readings
verdicts.py   verdict, finding, anomaly with its witnesses, gate
journal.py    the record of a run, as JSON
comparison.py what several runs differ in; comparison_table.py as a table
errors.py     the error tree
"""
