"""The rules of a schedule, in one form for faults, toxics, nemesis steps and deliveries.

rule.py      a rule: its kind, label, window, selector and parameters
keys.py      the keys that a kind takes, from the fields of its selector and parameters
tables.py    a rule as a table of a file or a request body, checked for its kind
spelling.py  … and back: a rule spelled as such a table
"""
