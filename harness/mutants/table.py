"""All seeded bugs by name."""

from collections.abc import Mapping

from harness.mutants.accepting import ACCEPTING
from harness.mutants.deciding import DECIDING
from harness.mutants.mutant import Mutant
from harness.mutants.notifying import NOTIFYING
from harness.mutants.operating import OPERATING
from harness.mutants.tasks import TASKS
from harness.mutants.writing import WRITING

__all__ = ["MUTANTS", "Mutant"]

MUTANTS: Mapping[str, Mutant] = {
    mutant.name: mutant for mutant in (*DECIDING, *WRITING, *ACCEPTING, *TASKS, *OPERATING, *NOTIFYING)
}
