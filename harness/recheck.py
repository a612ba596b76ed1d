"""Judges a saved journal again: a file's verdict is worth what its history is."""

from pathlib import Path

from connector.errors import TomlProblems
from connector.values import replace
from harness.checkers.run_checkers import run_checkers, verdict_of
from harness.gates import evaluate
from harness.journal import bounds_of
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from harness.scenario.service import Design
from harness.service.reference import SettingsError, with_design
from reports.journal import Journal

__all__ = ["recheck", "scenario_of"]


def recheck(journal: Journal) -> tuple[Journal, str | None]:
    """The journal with the verdict that its history has by the rules of this version; and a remark, where that is not
    what the file says, or could not be found out."""
    try:
        scenario = scenario_of(journal)
    except (TomlProblems, SettingsError, ValueError) as error:
        why = str(error).partition("\n")[0]
        return journal, f"not judged again, the verdict is the file's: its scenario cannot be read ({why})"
    findings = run_checkers(journal.history, bounds_of(scenario, journal))
    again = replace(
        journal,
        findings=findings,
        gates=evaluate(scenario.gates_here, journal.history, journal.phases, load_ends=journal.load_ends),
        verdict=verdict_of(findings),
    )
    if again.verdict is journal.verdict:
        return again, None
    return again, f"judged again, its history is {again.verdict}; the file says {journal.verdict}"


def scenario_of(journal: Journal, *, to_play: bool = False) -> Scenario:
    """What was played. to_play: again, with the files of its service, which are where they were.

    Raises `TomlProblems`, `SettingsError`; `ValueError` for a design or a gateway that does not exist.
    """
    beside = Path(journal.folder) if to_play else None
    scenario = parse_scenario(
        journal.scenario_text, f"{journal.scenario}.toml", service_text=journal.service_text, beside=beside
    )
    if journal.gateway and journal.gateway != scenario.gateway_kind:
        scenario = scenario.behind(GatewayKind(journal.gateway))
    is_design = scenario.service is None and journal.design
    return with_design(scenario, Design(journal.design)) if is_design else scenario
