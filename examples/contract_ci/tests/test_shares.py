"""Our own pipeline against a fake cluster, where replies get lost."""

import pytest
from pipeline.shares import Refused, create


def test_a_share_is_made_once_though_its_reply_is_lost(spoolproof_cluster):
    spoolproof_cluster.add_fault("disconnect_after", verbs=["create"], first=1)
    create(spoolproof_cluster.ssh(), "home", 2, job="r1")
    assert [(share.name, share.size) for share in spoolproof_cluster.shares()] == [("home", 2 << 30)]
    assert [effect.kind for effect in spoolproof_cluster.effects()] == ["created"]


def test_what_the_cluster_refuses_is_not_tried_again(spoolproof_cluster):
    spoolproof_cluster.add_share("home")
    with pytest.raises(Refused, match="duplicate entry"):
        create(spoolproof_cluster.ssh(), "home", 2, job="r2")
    assert spoolproof_cluster.counters()["commands"] == 1
