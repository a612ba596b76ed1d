"""What the admin API shows: plain JSON values of the farm's own."""

from dataclasses import asdict
from typing import Any

from pydantic_core import to_jsonable_python

from fake_clusters.cluster import FakeCluster
from fake_clusters.faults.document import parameter_texts, selector_keys
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.rule import FaultRule
from fake_clusters.rules.rule import ALWAYS

__all__ = ["cluster_view", "details_view", "kind_view", "plain", "rule_view"]


def plain(value: Any) -> Any:
    """Dataclasses, enums and sets as JSON has them."""
    return to_jsonable_python(value)


def cluster_view(cluster: FakeCluster) -> dict[str, Any]:
    """One line of the list."""
    host_key, *others = cluster.fingerprints or ("",)
    return {
        "name": cluster.name,
        "host": cluster.host,
        "port": cluster.port,
        "host_key": host_key,
        "other_host_keys": others,
        "dialect": cluster.spec.dialect,
        "open": cluster.is_open,
        "profile": cluster.profile.name,
        "shares": len(cluster.shares()),
        "faults": [rule.label for rule in cluster.faults],
    }


def details_view(cluster: FakeCluster) -> dict[str, Any]:
    return {
        **cluster_view(cluster),
        "now": cluster.now,
        "limits": plain(cluster.spec.limits),
        "counters": plain(cluster.counters()),
        "faults": [rule_view(rule) for rule in cluster.faults],
    }


def rule_view(rule: FaultRule) -> dict[str, Any]:
    """A fault that is set, spelled as it would be asked for."""
    values = {key: getattr(rule.selector, key) for key in rule.kind.keys if key != "clusters"}
    chosen = {key: value for key, value in values.items() if value not in (None, ())}
    if rule.window != ALWAYS:
        begins, ends = rule.window.begins, rule.window.ends
        chosen["between"] = [begins, None if ends == float("inf") else ends]
    return {"kind": rule.kind.name, "label": rule.label, **plain(asdict(rule.parameters)), **plain(chosen)}


def kind_view(kind: FaultKind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "site": kind.site.value,
        "does": kind.does,
        "seen": kind.seen,
        "ambiguous": kind.ambiguous,
        "standing": kind.standing,
        "verbs": plain(kind.verbs),
        "parameters": plain(parameter_texts(kind)),
        "selectors": list(selector_keys(kind)),
    }
