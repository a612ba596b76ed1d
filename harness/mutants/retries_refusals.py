"""Retries what was refused for good, and for ever: every error is taken for one that passes."""

from connector.outcomes import Outcome
from connector.values import replace
from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.outcome_classes import classify as by_the_catalogue
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Step

__all__ = ["OVERRIDES", "classify", "decide"]

_FOR_EVER = 1 << 30


def classify(outcome: Outcome) -> OutcomeClass:
    """As the catalogue says, but for definite refusals."""
    outcome_class = by_the_catalogue(outcome)
    return OutcomeClass.NOT_NOW if outcome_class is OutcomeClass.REFUSED else outcome_class


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, with no bound on the tries."""
    return by_the_protocol(situation, replace(rules, attempts=_FOR_EVER))


OVERRIDES = Overrides(table=Table(decide=decide, classify=classify))
