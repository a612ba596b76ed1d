"""S7 where a log tells of a share, and not of how it came to be."""

from connector.values import replace
from reports.history import EffectKind, OpResult
from reports.verdicts import Verdict
from tests.harness.checkers.histories import clean, effect, finding, op


def test_an_effect_on_a_share_that_was_never_made_is_no_sign_of_a_refused_create() -> None:
    refused = op(1, 1.0, result=OpResult.FAIL, status=422, share=None, state=None)
    history = replace(clean(), ops=(refused,), effects=(effect(1, 2.0, EffectKind.ALLOWED),), changes=())
    assert finding(history, "S7").verdict is Verdict.VALID
