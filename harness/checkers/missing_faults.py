"""Why something that a scenario calls for did not strike, or not often enough: what came of that which it waits for."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from connector.operations import Verb
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import ChannelPlan
from harness.checkers.history_index import HistoryIndex
from harness.scenario.deliveries import DeliveryRule
from harness.scenario.nemesis_kinds import NemesisStep
from harness.scenario.receivers import ReceiverRule
from harness.scenario.scenario import Scenario
from harness.scenario.store_faults import StoreFaultRule
from harness.scenario.unreachable_faults import knows, meets_only_new_connections
from harness.toxics.rule import ToxicRule
from reports.history import Attempt, EffectKind
from reports.sentences import count_of

__all__ = ["reasons"]

_VERBS: Mapping[EffectKind, Verb] = {
    EffectKind.CREATED: Verb.CREATE,
    EffectKind.HALF_CREATED: Verb.CREATE,
    EffectKind.RESIZED: Verb.RESIZE,
    EffectKind.DELETED: Verb.DELETE,
    EffectKind.ALLOWED: Verb.ALLOW,
    EffectKind.DENIED: Verb.DENY,
    EffectKind.SNAPSHOT_CREATED: Verb.SNAPSHOT_CREATE,
    EffectKind.SNAPSHOT_DELETED: Verb.SNAPSHOT_DELETE,
}
"""What an effect is the effect of; what is missing here is not done by a command of the service."""


def reasons(name: str, index: HistoryIndex) -> str:
    """What is to be said of everything in the scenario that goes by this label or kind."""
    scenario = index.bounds.scenario
    return "" if scenario is None else "; ".join(dict.fromkeys(_reasons(name, scenario, index)))


def _reasons(name: str, scenario: Scenario, index: HistoryIndex) -> Iterator[str]:
    for rule in scenario.faults:
        if name in (rule.label, rule.kind.name):
            yield _of_fault(rule, scenario, index)
    for toxic in scenario.toxics:
        if name in (toxic.label, toxic.kind.name):
            yield _of_toxic(toxic, index)
    yield from (_of_delivery(rule, index) for rule in scenario.deliveries if name in (rule.label, rule.kind))
    yield from (_of_store_fault(rule, index) for rule in scenario.store_faults if name in (rule.label, rule.kind))
    yield from (_of_receiver_rule(rule, index) for rule in scenario.receivers if name in (rule.label, rule.kind))
    for step in scenario.nemesis:
        if name == step.kind:
            yield from _of_step(step, index)


def _of_fault(rule: FaultRule, scenario: Scenario, index: HistoryIndex) -> str:
    begins, ends = rule.window.begins, min(rule.window.ends, index.bounds.load_ends)
    names = [cluster.name for cluster in scenario.clusters if rule.selector.covers(cluster.name)]
    if begins >= index.bounds.load_ends:
        return _too_late(begins, index)
    window = f"in its window ({begins:g}s to {ends:g}s)"
    if not index.history.has_commands:
        return _of_effects(rule, index, names, window)
    sent = [
        row
        for row in index.history.attempts
        if row.is_command and row.location in names and begins <= row.began_at < ends
    ]
    if not sent:
        return f"nothing was sent to {', '.join(names)} {window}"
    if meets_only_new_connections(rule):
        chosen = _chosen(rule)
        which = f" that it chooses ({chosen})" if chosen else ""
        kept = f"{count_of(len(sent), 'command')} went over connections that were open"
        return f"no new connection{which} was opened {window}: {kept}"
    if rule.kind.plan is ChannelPlan:
        return f"{count_of(len(sent), 'command')} had channels opened {window}{_by_choice(rule)}"
    return _of_commands(rule, scenario, sent, names, window)


def _of_effects(rule: FaultRule, index: HistoryIndex, names: Sequence[str], window: str) -> str:
    """What is known without a log of commands: those that had effects, and those that other faults struck."""
    verbs = rule.selector.verbs or rule.kind.verbs
    begins, ends = rule.window.begins, min(rule.window.ends, index.bounds.load_ends)
    done = {
        (row.cluster, row.request_id or row.number)
        for row in index.history.effects
        if row.cluster in names and begins <= row.at < ends and _is_asked(row.kind, verbs)
    }
    others = sum(
        row.cluster in names and begins <= row.at < ends and (row.verb is None or not verbs or row.verb in verbs)
        for row in index.history.injections
        if rule.label != row.label
    )
    which = f" ({', '.join(verbs)})" if verbs else ""
    known = f"{count_of(len(done), 'command')}{which} had effects on {', '.join(names)} {window}"
    chosen = f"; it chooses {_chosen(rule)}" if _chosen(rule) else ""
    struck = f"; other faults struck {count_of(others, 'time')}" if others else ""
    return f"{known}{struck}{chosen}; the service has no command log, so what else was sent is not known"


def _is_asked(kind: EffectKind, verbs: Sequence[str]) -> bool:
    return kind in _VERBS and (not verbs or _VERBS[kind] in verbs)


def _of_commands(
    rule: FaultRule, scenario: Scenario, sent: Sequence[Attempt], names: Sequence[str], window: str
) -> str:
    verbs = rule.selector.verbs or rule.kind.verbs
    matching = [row for row in sent if not verbs or row.verb in verbs]
    if not matching:
        words, where = " or ".join(verbs), ", ".join(names)
        if not any(knows(cluster, verb) for cluster in scenario.clusters if cluster.name in names for verb in verbs):
            return f"{where} does not know {words}"
        return f"no {words} was sent to {where} {window}; sent were {', '.join(sorted({row.verb for row in sent}))}"
    keys = rule.selector.keys
    concerned = [row for row in matching if not keys or any(fnmatchcase(row.name, pattern) for pattern in keys)]
    if not concerned:
        return f"{count_of(len(matching), 'command')} matched {window}, none about a share called {' or '.join(keys)}"
    return f"{count_of(len(concerned), 'command')} matched {window}{_by_choice(rule)}"


def _by_choice(rule: FaultRule) -> str:
    chosen = _chosen(rule)
    return f", of which it chooses {chosen}" if chosen else ", and it changed none of them"


def _chosen(rule: FaultRule) -> str:
    selector = rule.selector
    words = [
        f"only try {', '.join(map(str, selector.attempts))}" if selector.attempts else "",
        f"the first {selector.first}" if selector.first is not None else "",
        f"one of every {selector.every}" if selector.every is not None else "",
        f"each with probability {selector.probability:g}" if selector.probability < 1.0 else "",
    ]
    return ", ".join(filter(None, words))


def _of_toxic(toxic: ToxicRule, index: HistoryIndex) -> str:
    selector = toxic.selector
    if toxic.window.begins >= index.bounds.load_ends:
        return _too_late(toxic.window.begins, index)
    chance = "" if selector.toxicity == 1.0 else f" that it selects ({selector.toxicity:.0%})"
    window = f"in its window ({toxic.window.begins:g}s to {min(toxic.window.ends, index.bounds.load_ends):g}s)"
    return f"no connection{chance} on {selector.link} met it {window}, or this world has no such link"


def _of_delivery(delivery: DeliveryRule, index: HistoryIndex) -> str:
    begins, nth = delivery.window.begins, delivery.selector.nth
    if begins >= index.bounds.load_ends:
        return _too_late(begins, index)
    window = f"in its window ({begins:g}s to {min(delivery.window.ends, index.bounds.load_ends):g}s)"
    which = f"message {nth}" if nth is not None else "a message that it chooses"
    return f"{which} was not taken {window}, or this world delivers no messages"


def _of_store_fault(rule: StoreFaultRule, index: HistoryIndex) -> str:
    begins, call = rule.window.begins, rule.selector.call
    if begins >= index.bounds.load_ends:
        return _too_late(begins, index)
    window = f"in its window ({begins:g}s to {min(rule.window.ends, index.bounds.load_ends):g}s)"
    which = "a transaction" if call is None else f"a {call}"
    return f"{which} that it chooses was not asked for {window}, or this world cannot interfere with the store"


def _of_receiver_rule(rule: ReceiverRule, index: HistoryIndex) -> str:
    begins = rule.window.begins
    if begins >= index.bounds.load_ends:
        return _too_late(begins, index)
    window = f"in its window ({begins:g}s to {min(rule.window.ends, index.bounds.load_ends):g}s)"
    return f"no notice that it chooses came {window}"


def _of_step(step: NemesisStep, index: HistoryIndex) -> Iterator[str]:
    at, target = step.window.begins, step.selector.target
    if at >= index.bounds.load_ends:
        yield f"{step.label} was due at {at:g}s, and the load was over at {_end(index)}"
        return
    rows = [row for row in index.history.nemesis if row.target == target]
    skipped = [row.detail for row in rows if row.action == "skip"]
    if skipped:
        yield f"{target}: {skipped[0]}"
    elif not any(row.action == step.kind for row in rows):
        yield f"{step.label} was not carried out: not in this world, or its call never came"


def _too_late(begins: float, index: HistoryIndex) -> str:
    return f"it begins at {begins:g}s, and the load was over at {_end(index)}"


def _end(index: HistoryIndex) -> str:
    return f"{index.bounds.load_ends:g}s"
