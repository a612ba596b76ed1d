"""Fails on silence, and at the first failure somebody presses Ctrl-C: once, where the environment says so."""

import os
import signal

from harness.mutants.fails_on_silence import decide as hastily
from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Step

__all__ = ["ARMED", "OVERRIDES"]

ARMED = "CTRL_C_AT_THE_FIRST_FAILURE"


def _decide(situation: Situation, rules: Rules) -> Step:
    step = hastily(situation, rules)
    if step != by_the_protocol(situation, rules) and os.environ.pop(ARMED, ""):
        os.kill(os.getpid(), signal.SIGINT)
    return step


OVERRIDES = Overrides(table=Table(decide=_decide))
