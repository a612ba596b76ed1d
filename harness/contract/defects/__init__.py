"""Fakes with one seeded defect each: for every clause one that it has to notice.

defect.py        what a defect is
seeded_model.py  the cluster model that it sits in
tricks.py        what defects have in common
verbs.py         of what the operations do
powers.py        of marks, access rules and snapshots
repeats.py       of commands that come again, together, or too late
limits.py        of what a connector bears
words.py         of sizes, names, and what a shell would read
lines.py         of lines, answers and logins
"""

from collections.abc import Mapping

from harness.contract.defects import limits, lines, powers, repeats, verbs, words
from harness.contract.defects.defect import Defect

__all__ = ["DEFECTS"]

DEFECTS: Mapping[str, Defect] = {
    defect.clause: defect
    for defect in (
        *verbs.DEFECTS,
        *powers.DEFECTS,
        *repeats.DEFECTS,
        *limits.DEFECTS,
        *words.DEFECTS,
        *lines.DEFECTS,
    )
}
"""By the clause that has to notice it."""
