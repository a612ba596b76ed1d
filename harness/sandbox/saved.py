"""What was done by hand, as a scenario file: it asks the same requests and breaks the same things, at the same pace."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import tomli_w

from connector.values import replace
from fake_clusters.rules.rule import Window
from fake_clusters.rules.spelling import as_table
from harness.sandbox.speeds import Speed
from harness.scenario.receivers import NoticeChannel
from harness.scenario.scenario import Scenario
from harness.scenario.scripted import ScriptedKind
from harness.scenario.service import Design
from harness.scenario.service_spelling import service_table
from reports.history import Op, Purpose

__all__ = ["saved_scenario"]

_SECTIONS = ("faults", "toxics", "nemesis", "receivers")
_REPLACED = (*_SECTIONS, "phases", "deliveries", "store_faults", "expect", "gates", "title", "workload", "seed")
_LEAD = 1.0
"""Seconds before the first thing that was done."""
_TAIL = 5.0
"""Seconds of the load after the last one."""
_NO_RATE = 1e-6
"""Evenly spaced, the first arrival that is drawn comes after eleven days."""
_KINDS = frozenset(kind.value for kind in ScriptedKind)


def saved_scenario(
    played: Scenario, ops: Sequence[Op], slowed: Sequence[tuple[float, str, Speed]] = (), *, now: float
) -> str:
    """The file. played: the scenario with what was broken by hand. ops: what was asked, in order. now: until when.

    Instants count from the first thing that was done.
    """
    asked = [op for op in ops if op.purpose is not Purpose.POLL and op.kind.value in _KINDS]
    rules = [rule for section in _SECTIONS for rule in getattr(played, section)]
    begins = min([*(op.invoked_at for op in asked), *(rule.window.begins for rule in rules), now], default=now)
    offset = begins - _LEAD
    last = max([*(op.invoked_at for op in asked), *_ends(rules, now), begins])
    duration = round(last - offset + _TAIL, 3)
    document = {key: value for key, value in tomllib.loads(played.text).items() if key not in _REPLACED}
    document["clusters"] = _clusters(document["clusters"], slowed, offset, duration)
    document["client"] = {**document.get("client", {}), "retries": 0}
    if played.service is not None:
        document["service"] = service_table(played.service)
    elif played.design != Design.SPOOL:
        document["pipeline"] = {**document.get("pipeline", {}), "design": str(played.design)}
    if played.pipeline is not None and played.pipeline.processor.processes > 1:
        pipeline = dict(document.get("pipeline", {}))
        processes = {"processes": played.pipeline.processor.processes}
        document["pipeline"] = {**pipeline, "processor": {**pipeline.get("processor", {}), **processes}}
    if any(rule.selector.by is NoticeChannel.MAIL for rule in played.receivers):
        document["pipeline"] = _with_mail(document.get("pipeline", {}))
    head = {"title": f"By hand: {played.title}", "seed": played.seed}
    workload: dict[str, Any] = {"duration": duration, "rate": _NO_RATE, "spacing": "even"}
    if asked:
        workload["requests"] = [_request(op, offset) for op in asked]
    tables = {
        section: [as_table(_moved(rule, offset), load_ends=duration - 1.0) for rule in getattr(played, section)]
        for section in _SECTIONS
        if getattr(played, section)
    }
    comment = "".join(
        f"# {line}\n"
        for line in (
            "Done by hand in a sandbox: what was asked, and what was broken, each at its instant.",
            "The rate is so low that no other arrival comes.",
            *(
                f"Not in it: {name} was given the profile {speed.base} at {max(at - offset, 0.0):.3f} s."
                for at, name, speed in slowed
                if speed.base is not None
            ),
        )
    )
    return comment + tomli_w.dumps({**head, "workload": workload, **document, **tables}, multiline_strings=False)


def _with_mail(pipeline: Mapping[str, Any]) -> dict[str, Any]:
    """In a sandbox there is a server of mail in any case."""
    notifier = dict(pipeline.get("notifier", {}))
    return {**pipeline, "notifier": {**notifier, "mail": {"host": "localhost", **notifier.get("mail", {})}}}


def _ends(rules: Sequence[Any], now: float) -> Iterator[float]:
    for rule in rules:
        yield min(rule.window.ends, now)
        yield min(rule.window.begins + getattr(rule.parameters, "duration", 0.0), now)


def _request(op: Op, offset: float) -> dict[str, Any]:
    row: dict[str, Any] = {
        "at": round(op.invoked_at - offset, 3),
        "kind": op.kind.value,
        "location": op.location,
        "name": op.name,
    }
    if ScriptedKind(op.kind.value).is_sized and op.size is not None:
        row["size"] = op.size
    return row if op.key is None else {**row, "key": op.key}


def _moved(rule: Any, offset: float) -> Any:
    window = rule.window
    return replace(rule, window=Window(begins=round(window.begins - offset, 3), ends=round(window.ends - offset, 3)))


def _clusters(
    clusters: Mapping[str, Any], slowed: Sequence[tuple[float, str, Speed]], offset: float, duration: float
) -> dict[str, Any]:
    """With the stretches in which each was slowed down. Another base of the profile is not told: it has no window."""
    found = {name: dict(table) for name, table in clusters.items()}
    for name, table in found.items():
        phases = list(_stretches([row for row in slowed if row[1] == name], offset, duration))
        profile = table.get("profile")
        profile = {"base": profile} if isinstance(profile, str) else dict(profile or {})
        profile.pop("latency_phases", None)
        if phases:
            profile["latency_phases"] = phases
        if profile:
            table["profile"] = profile
    return found


def _stretches(changes: Sequence[tuple[float, str, Speed]], offset: float, duration: float) -> Iterator[dict[str, Any]]:
    for index, (at, _, speed) in enumerate(changes):
        ends = changes[index + 1][0] - offset if index + 1 < len(changes) else duration
        begins = max(at - offset, 0.0)
        if speed.factor != 1.0 and begins < ends:
            between = [round(begins, 3), round(ends, 3)]
            yield {"kind": "brownout", "between": between, "factor": speed.factor}
