"""The story of a share: lanes of one time axis, from whatever rows the history has of it."""

from connector.codes import Code
from connector.operations import Verb
from connector.sites import Site
from connector.values import replace
from reports.history import EffectKind, History, Injection, OpKind, OpResult
from reports.story import ShareStory, story_of
from tests.harness.sandbox.rows import change, command, effect, op

ASKED = replace(op(1, 10.0), completed_at=10.2, result=OpResult.OK, status=202)
LOST = command(1, 10.4, 14.4, OpResult.INFO, code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY, fence=1)
AGAIN = command(2, 16.0, 16.5, verb="show", fence=2)
CHANGES = (change(1, 10.1, None, "pending", writer="api"), change(2, 16.6, "pending", "active"))
STRUCK = Injection(
    number=1,
    at=12.0,
    fault="reply_lost",
    label="lost",
    cluster="north",
    site=Site.CONNECTOR_REPLY,
    key="one",
    verb=Verb.CREATE,
)
HISTORY = History(
    ops=(ASKED, op(2, 10.0, name="two")),
    attempts=(LOST, AGAIN, command(3, 1.0, 2.0, share="other", name="two")),
    changes=(*CHANGES, change(3, 11.0, None, "pending", name="two", share="other")),
    effects=(effect(1, 12.0), effect(2, 12.0, name="two")),
    injections=(STRUCK,),
)


def _lanes(story: ShareStory) -> dict[str, list[tuple[str, float]]]:
    return {
        lane.name: [(bar.kind, bar.begins) for bar in lane.bars] + [(mark.kind, mark.at) for mark in lane.marks]
        for lane in story.lanes
    }


def test_each_part_has_its_lane_and_an_unknown_outcome_is_one() -> None:
    story = story_of(HISTORY, "north", "one", now=100.0)
    assert _lanes(story) == {
        "client": [("ok", 10.0)],
        "gateway": [],
        "API": [("accepted", 10.1)],
        "store": [("pending", 10.1), ("active", 16.6)],
        "spool": [("waits", 10.1)],
        "processor": [("ok", 10.4), ("ok", 16.0)],
        "SSH": [("unknown", 10.4), ("ok", 16.0)],
        "cluster": [("made", 12.0), ("strike", 12.0)],
    }
    assert not story.open
    assert (story.left(story.begins), story.left(story.ends)) == (0.0, 100.0)
    assert 16.6 < story.ends < 20.0


def test_what_has_not_ended_goes_on_until_now() -> None:
    under_way = replace(HISTORY, changes=CHANGES[:1], attempts=(replace(LOST, ended_at=None),), effects=())
    story = story_of(under_way, "north", "one", now=30.0)
    assert story.open
    assert story.ends == 30.0
    ssh = next(lane for lane in story.lanes if lane.name == "SSH")
    assert [(bar.kind, bar.ends) for bar in ssh.bars] == [("open", 30.0)]


def test_a_refusal_and_a_removal_are_marks() -> None:
    refused = replace(
        op(3, 20.0, OpKind.RESIZE), completed_at=20.1, result=OpResult.FAIL, status=409, cause="share-pending"
    )
    history = History(
        ops=(refused,), effects=(effect(1, 20.5, EffectKind.DELETED), effect(2, 21.0, EffectKind.RESIZED))
    )
    lanes = _lanes(story_of(history, "north", "one", now=22.0))
    assert lanes["API"] == [("refused", 20.1)]
    assert lanes["cluster"] == [("gone", 20.5), ("changed", 21.0)]


def test_a_share_of_which_nothing_is_known_has_empty_lanes() -> None:
    story = story_of(History(), "north", "none", now=5.0)
    assert not any(lane.bars or lane.marks for lane in story.lanes)
    assert story.ends > story.begins
