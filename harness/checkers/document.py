"""The documentation's page on the invariants: of each what it promises, why, and what a violation looks like."""

from harness.checkers.checker import Checker
from harness.checkers.run_checkers import CHECKERS
from reports.connector_lacks import WEAKNESSES
from reports.invariants import PROMISES

__all__ = ["ORDERED", "invariants_markdown"]

ORDERED = tuple(sorted(CHECKERS, key=lambda each: ("SLTNV".index(each.invariant[0]), int(each.invariant[1:]))))
"""The checkers as documentation lists them: by kind and number."""

_HEAD = """\
# Invariants

Every run is judged by these invariants.

- `S`: safety. Must hold at all times.
- `L`: liveness. Must hold again within the scenario's `settle` after healing.
- `T`: time. `N`: notices.
- `V`: what the verdict itself rests on.

The verdict of a run is the worst of all: `valid`, `unknown` where the run cannot tell, or `invalid` with the rows of
the history that prove it. An invariant that lacks what it needs is *not judged*, and the report says why.

A service that shows no change log or no command log is judged by what its clients were told and by the clusters' effect
logs: an invariant then says `not judged: no change log`, or is judged in a weaker form, which sees less and accuses
nobody wrongly. A create then counts as failed (S7) once a client has read that nothing came of it; a removal counts as
nobody's wish (S8) where a client had read the share as active and no delete was asked for. The first line of the
verdict says which form it is. It also repeats what the service's
[sheet](../reference/service-sheet.md#allowances) allows it: no idempotency keys (S6, S9), a grace for its own sweep
(L2, S8), late effects of what failed (S7), further moves between states (S3, S4, S9, S12).

Where the sheet names a [change log](../reference/service-sheet.md#change_log), the states in it are judged (S1 to S5,
S9, S12, L4, L5), with writers S11 as well. What also needs to know for which record the clusters did something stays
in its weaker form (S6, S7, S8, S12) or is not judged (S10).

## Connectors that lack something

What no connector can be asked, no service can keep. The first line of the verdict names the clusters whose connector
lacks something and the invariants that are weaker there; V2 says how:

| the connector has | weaker | |
|---|---|---|
{weaknesses}
## All invariants

Reports name the invariant of each violation, with its sentence. `spoolproof explain` prints the sections of this page:

```console
$ spoolproof explain S5
S5: active means that it is on the cluster
```

A run that violates some of them, in a second:

```console
$ spoolproof run three_designs --pipeline blocking --world virtual --out blocking || test $? = 1
$ spoolproof report blocking --json | python3 -c "import json, sys; \\
    print([row['invariant'] for row in json.load(sys.stdin)['runs'][0]['findings'] if row['verdict'] == 'invalid'])"
```

| | promise |
|---|---|
"""


def invariants_markdown() -> str:
    """The whole page."""
    rows = "".join(f"| [{each.invariant}](#{_anchor(each)}) | {each.title} |\n" for each in ORDERED)
    weaker = "".join(
        f"| no {' and no '.join(each.lacks)} | {', '.join(each.invariants)} | {each.how} |\n" for each in WEAKNESSES
    )
    return _HEAD.replace("{weaknesses}", weaker) + rows + "".join(map(_section, ORDERED))


def _section(checker: Checker) -> str:
    promise = PROMISES[checker.invariant]
    needs = f"\nJudged only in runs with: {', '.join(sorted(checker.needs))}.\n" if checker.needs else ""
    helped_by = sorted(checker.helped_by - checker.needs)
    weaker = f"\nJudged in a weaker form without: {', '.join(helped_by)}.\n" if helped_by else ""
    example = "\n".join(promise.example)
    return (
        f"\n## {_heading(checker)}\n\n{promise.sentence}\n\n{promise.why}\n{needs}{weaker}\n```text\n{example}\n```\n"
    )


def _heading(checker: Checker) -> str:
    return f"{checker.invariant}: {checker.title}"


def _anchor(checker: Checker) -> str:
    """As GitHub makes it of the heading."""
    kept = "".join(c for c in _heading(checker).lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")
