"""What people read of an agreement: the verdict in one sentence, the first differing row, its fields."""

import io

from rich.console import Console

from connector.values import replace
from harness.differential.agreement import Agreement, agreement
from harness.differential.table import print_agreement, verdict_words
from reports.history import History
from tests.harness.differential.scenes import history


def _shown(found: Agreement, left: str = "model", right: str = "virtual") -> str:
    console = Console(file=io.StringIO(), width=160)
    print_agreement(found, left, right, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_agreement_says_how_far_it_goes() -> None:
    assert (
        verdict_words(agreement(history(), history()), "model", "virtual") == "model and virtual agree to the last bit"
    )
    within = agreement(history(), history(), bound=0.25)
    assert verdict_words(within, "virtual", "live") == (
        "virtual and live agree: every outcome is the same, and every latency within 250.0 ms"
    )
    assert "nothing was compared" in verdict_words(agreement(History(), History()), "model", "virtual")


def test_a_differing_row_is_shown_with_both_values() -> None:
    first = history().effects[0]
    effects = (replace(first, late=True), *history().effects[1:])
    shown = _shown(agreement(history(), replace(history(), effects=effects)))
    assert f"effects: created {first.name!r} on north: late False | True" in shown
    assert "model and virtual do not agree: 1 row differs" in shown


def test_a_row_of_one_world_alone_is_said_to_be_that() -> None:
    shown = _shown(agreement(history(), replace(history(), effects=history().effects[1:])))
    assert "only in model" in shown


def test_latencies_beyond_the_bound_are_named() -> None:
    ops = tuple(replace(op, completed_at=(op.completed_at or 0.0) + 1.0) for op in history().ops)
    found = agreement(history(), replace(history(), ops=ops), bound=0.05)
    assert "beyond 50.0 ms: create.accept" in verdict_words(found, "virtual", "live")


def test_what_stands_in_a_journal_or_in_its_name_is_only_text() -> None:
    ops = tuple(replace(op, cause="\x1b[2J") for op in history().ops)
    shown = _shown(agreement(history(), replace(history(), ops=ops)), "[/red]one.json", "[bold]two\x1b[2J.json")
    assert "[/red]one.json and [bold]two\\x1b[2J.json do not agree" in shown
    assert "\\x1b[2J" in shown
    assert "\x1b" not in shown
