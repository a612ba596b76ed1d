"""Mutation testing of the checkers: each small change to their code must fail a test (`make mutation`).

mutations.py    the changes: one operator, boundary or truth value at a time, found in the syntax tree
mutant_run.py   one mutant in one forked process: the changed module is imported in place of the real one, then pytest
survivors.toml  the mutants that no test can tell from the original, each with its reason
__main__.py     the command: which files, the progress, the summary, and what counts as failure

A checker in `harness/checkers/NAME.py` is held to `tests/harness/checkers/test_NAME.py` alone. A module that
checkers share is held to the tests of all checkers.

mutmut 3 and Cosmic Ray were considered: the first always mutates strings and arguments too, which is mostly the wording
of messages, and leaves decorated functions alone; the second starts an interpreter for every mutant.
"""
