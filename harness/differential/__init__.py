"""Agreement: one scenario in several worlds on common random numbers, and where their histories differ.

run_worlds.py  the same scenario and seed in one world after another
history_line.py  what a row of a history says, apart from its number; which tables there are
history_lines.py  from a history to its lines
pairing.py     the same line in two histories, and the fields in which a pair differs
series.py      latencies by op: what quantiles and overheads are taken of
spread.py      quantiles with intervals from order statistics
agreement.py   two histories compared: equal to the last bit, or within a bound
document.py    an agreement as one object for scripts
table.py       an agreement for people
"""
