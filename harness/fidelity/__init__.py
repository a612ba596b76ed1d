"""Whether a fake answers as the connector does that it stands for: generated sequences on both, compared.

steps.py          a sequence of commands, in symbols
drawing.py        draws sequences
spelling.py       symbols as requests of one target, and its answers as symbols
observed.py       what of an answer is compared
expected.py       what the contract makes of a sequence: the situations that can come
side.py           one target: plays sequences, and removes what they made
differences.py    two plays of one sequence, compared
examine.py        one sequence on both targets
declared.py       intended differences
findings.py       what a run has shown so far
shrink.py         a smaller sequence with the same difference; shrunk_row.py as a row of the report
sequence_file.py  a sequence as a file
run.py            a whole comparison
"""
