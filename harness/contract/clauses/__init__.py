"""The clauses, by what they are about. `CLAUSES` is the one table of them all; each is data that a runner may take.

verbs.py       what each operation does when nothing is in its way
powers.py      marks, access rules, snapshots: claimed or not
repeats.py     commands that come again
races.py       commands that come at the same time
visibility.py  what other connections see
late.py        commands that come too late
cuts.py        clients that go away, lost replies, timeouts
limits.py      sessions, connections, slow and idle clients
sizes.py       sizes that are none, odd ones, huge ones
names.py       names at and beyond their limits, and in every script
shell.py       what a shell would take for more than text
lines.py       lines that are no command, answers, logins
exactly.py     the one rule for every word: kept exactly, or refused
"""

from harness.contract.clause import Clause
from harness.contract.clauses import (
    cuts,
    late,
    limits,
    lines,
    names,
    powers,
    races,
    repeats,
    shell,
    sizes,
    verbs,
    visibility,
)

__all__ = ["CLAUSES"]

CLAUSES: tuple[Clause, ...] = (
    *verbs.CLAUSES,
    *powers.CLAUSES,
    *repeats.CLAUSES,
    *races.CLAUSES,
    *visibility.CLAUSES,
    *late.CLAUSES,
    *cuts.CLAUSES,
    *limits.CLAUSES,
    *sizes.CLAUSES,
    *names.CLAUSES,
    *shell.CLAUSES,
    *lines.CLAUSES,
)
"""In the order of reports."""
