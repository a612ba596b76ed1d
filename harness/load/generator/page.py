"""Locust's web page shows two more tables: the gates, and the generators themselves."""

from collections.abc import Callable
from typing import Any

from flask import Response, json, request
from locust.web import WebUI

from harness.load.generator.conductor import Conductor
from harness.load.live_gates import state_words
from harness.load.plan import LoadPlan
from reports.sentences import measured

__all__ = ["show_on_page"]

_GATES, _PACE, _PHASES = "spoolproof-gates", "spoolproof-generators", "spoolproof-phases"
_STATS = "/stats/requests"


def show_on_page(page: WebUI, conductor: Callable[[], Conductor | None], plan: LoadPlan) -> None:
    """conductor: the one of the test that runs, once there is one."""
    page.template_args |= {
        "extended_tabs": [
            {"title": "Gates", "key": _GATES},
            {"title": "Phases", "key": _PHASES},
            {"title": "Generators", "key": _PACE},
        ],
        "extended_tables": [
            _table(_GATES, gate="Gate", measured="Measured so far", state="State"),
            _table(_PHASES, phase="Phase", begins="From (s)", ends="To (s)", rate="Planned arrivals a second"),
            _table(
                _PACE, generator="Process", asked="Ops", open="Under way", dropped="Dropped", busy="Share of a core"
            ),
        ],
    }

    assert page.app is not None, "the page has been made"

    def extend(response: Response) -> Response:
        if request.path != _STATS or not response.is_json:
            return response
        running = conductor()
        shown = {_GATES: _gates(running), _PACE: _pace(running), _PHASES: _phases(plan)}
        extended = [{"key": key, "data": rows} for key, rows in shown.items()]
        response.set_data(json.dumps({**(response.get_json() or {}), "extended_stats": extended}))
        return response

    page.app.after_request(extend)


def _table(key: str, **columns: str) -> dict[str, Any]:
    return {"key": key, "structure": [{"key": name, "title": title} for name, title in columns.items()]}


def _gates(running: Conductor | None) -> list[dict[str, Any]]:
    if running is None:
        return []
    rows = [
        {
            "gate": row.expression,
            "measured": measured(row),
            "state": state_words(row),
        }
        for row in running.gates.results()
    ]
    return rows + [
        {"gate": gate.expression, "measured": "-", "state": "judged at the end"} for gate in running.gates.unseen
    ]


def _phases(plan: LoadPlan) -> list[dict[str, Any]]:
    workload = plan.scenario.workload
    whole = {"phase": "all", "begins": 0, "ends": workload.duration, "rate": workload.rate}
    return [
        whole,
        *(
            {
                "phase": phase.name,
                "begins": phase.begins,
                "ends": phase.ends,
                "rate": workload.rate * workload.surges.get(phase.name, 1.0),
            }
            for phase in plan.scenario.phases
        ),
    ]


def _pace(running: Conductor | None) -> list[dict[str, Any]]:
    if running is None:
        return []
    return [
        {
            "generator": number,
            "asked": state.asked,
            "open": state.under_way,
            "dropped": state.dropped,
            "busy": round(state.busy, 3),
        }
        for number, state in sorted(running.states.items())
    ]
