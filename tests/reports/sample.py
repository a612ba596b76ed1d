"""A journal as a lively run leaves it: made from keyed chance, so it is the same each time."""

from connector.chance import Chance
from connector.codes import Code
from connector.operations import Verb
from connector.sites import Site
from reports.history import (
    Attempt,
    Effect,
    EffectKind,
    History,
    Hop,
    Injection,
    NemesisAction,
    Op,
    OpKind,
    OpResult,
    Purpose,
    StateChange,
    Timeout,
)
from reports.journal import ClusterNote, Journal, PhaseSpan, SpanKind
from reports.verdicts import Anomaly, Finding, GateResult, RowKind, Verdict, Witness

AWAY = (
    PhaseSpan(name="crash south", begins=10, ends=20, disturbed=True, kind=SpanKind.NEMESIS),
    PhaseSpan(name="brownout of north", begins=12, ends=18, disturbed=True, kind=SpanKind.LATENCY_PHASE),
)
"""What breaks without that any injection is counted."""

NASTY = '</script><img src=x onerror=alert(1)> "share" & co'


def journal(*, shares: int = 300, verdict: Verdict = Verdict.INVALID, span: float = 120.0) -> Journal:
    """`shares` creates over three clusters in `span` seconds; every fifteenth ends removed."""
    rows = [_share(index, span) for index in range(shares)]
    return Journal(
        product="spoolproof 0.0",
        versions={"python": "3.11"},
        scenario="sample",
        title="A slow cluster that loses replies",
        scenario_text='# What it shows\ntitle = "sample"\n',
        seed=7,
        world="live",
        command="spoolproof run scenarios/sample.toml --seed 7",
        began="2026-01-02T03:04:05Z",
        load_ends=span,
        ends=span * 1.2,
        phases=(PhaseSpan(name="chaos", begins=span / 3, ends=span / 2, disturbed=True),),
        clusters=(ClusterNote(name="north", dialect="native", profile="slow", counters={"commands": 12}),),
        limits={"client": 10.0, "gateway": 5.0},
        history=History(
            ops=tuple(op for ops, *_ in rows for op in ops),
            attempts=tuple(row[1] for row in rows),
            changes=tuple(change for row in rows for change in row[2]),
            effects=tuple(row[3] for row in rows),
            injections=tuple(_strike(i, span) for i in range(shares // 10)),
            nemesis=(NemesisAction(number=1, at=span / 2.5, action="kill", target="processor"),),
            timeouts=tuple(_timeout(i, span) for i in range(shares // 20)),
        ),
        findings=(_broken(), Finding(invariant="S2", title="nothing is there that no create could have made")),
        gates=(
            GateResult(
                expression="p95(create.accept) < 200ms during chaos",
                metric="create.accept",
                phase="chaos",
                value=0.031,
                threshold=0.2,
                passed=True,
            ),
        ),
        verdict=verdict,
    )


def _share(index: int, span: float) -> tuple[list[Op], Attempt, list[StateChange], Effect]:
    chance = Chance(7, "sample")
    at = span * chance.u01(index, 0)
    accept, work = 0.01 + 0.1 * chance.u01(index, 1), 0.5 + 9 * chance.u01(index, 2) ** 3
    location = ("north", "south", "west")[index % 3]
    name, share = (NASTY if index == 1 else f"share-{index:04d}"), f"id-{index}"
    failed = index % 15 == 7
    op = Op(
        number=index,
        client="c",
        kind=OpKind.CREATE,
        purpose=Purpose.LOAD,
        location=location,
        name=name,
        intended_at=at,
        invoked_at=at,
        completed_at=at + accept,
        result=OpResult.OK,
        status=202,
        share=share,
        state="pending",
    )
    changes = [
        _change(4 * index, at + accept, share, location, name, None, "pending"),
        _change(4 * index + 1, at + work, share, location, name, "pending", "failing" if failed else "active"),
    ]
    if failed:
        changes.append(_change(4 * index + 2, at + work + 1, share, location, name, "failing", None))
    attempt = Attempt(
        number=index,
        hop=Hop.PROCESSOR,
        share=share,
        location=location,
        name=name,
        verb="create",
        began_at=at + accept,
        ended_at=at + work,
        result=OpResult.INFO if failed else OpResult.OK,
        code=Code.TIMEOUT if failed else None,
        site=Site.CONNECTOR_REPLY if failed else None,
    )
    effect = Effect(
        number=index,
        at=at + work * 0.8,
        cluster=location,
        kind=EffectKind.CREATED,
        name=name,
        incarnation=1,
        mark=f"spool/{share}",
    )
    return [op], attempt, changes, effect


def _change(
    number: int, at: float, share: str, location: str, name: str, before: str | None, after: str | None
) -> StateChange:
    reason = "the connector never answered" if after == "failing" else None
    return StateChange(
        number=number,
        at=at,
        share=share,
        location=location,
        name=name,
        before=before,
        after=after,
        writer="processor",
        reason=reason,
    )


def _strike(index: int, span: float) -> Injection:
    return Injection(
        number=index,
        at=span / 3 + index * span / 400,
        fault="reply_lost",
        label="lost replies",
        cluster="north",
        site=Site.CONNECTOR_REPLY,
        key=f"share-{index * 3:04d}",
        verb=Verb.CREATE,
        attempt=1,
    )


def _timeout(index: int, span: float) -> Timeout:
    hop, site = ((Hop.GATEWAY, Site.GATEWAY_REPLY), (Hop.PROCESSOR, Site.CONNECTOR_REPLY))[index % 2]
    return Timeout(number=index, at=span / 3 + index, hop=hop, site=site)


def _broken() -> Finding:
    witnesses = (
        Witness(kind=RowKind.CHANGE, number=5, at=12.5, text="processor moved north/share-0007 failing -> removed"),
        Witness(kind=RowKind.EFFECT, number=9, at=13.0, text="cluster north: share-0007 created (life 1)"),
    )
    anomaly = Anomaly(
        invariant="S7",
        message="north/share-0007: its create was reported failed, and the share is there",
        location="north",
        name="share-0007",
        witnesses=witnesses,
    )
    return Finding(
        invariant="S7",
        title="what was reported failed has no effect",
        verdict=Verdict.INVALID,
        summary="1 anomaly",
        anomalies=(anomaly,),
    )
