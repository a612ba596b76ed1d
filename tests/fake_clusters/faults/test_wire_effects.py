"""Each fault around a command's effect: what the client hears, and what the cluster's own log says was done."""

import pytest

from tests.fake_clusters.faults.farms import CREATE, DELETE, DONE, LIST, PING, SHOW, Opens, fault, witnesses

HOW = pytest.mark.parametrize("how", ["reset", "close", "half-close"])


@witnesses("disconnect_before")
@HOW
async def test_a_disconnect_before_the_effect_loses_the_command(with_faults: Opens, how: str) -> None:
    faulty = await with_faults("disconnect_before", how=how, verbs=["create"])
    assert (await faulty.run(CREATE)).lost
    assert (await faulty.run(SHOW)).status == 11
    assert faulty.kinds() == []


@witnesses("disconnect_during")
@HOW
async def test_a_disconnect_during_service_comes_before_the_effect_which_comes_all_the_same(
    with_faults: Opens, how: str
) -> None:
    faulty = await with_faults("disconnect_during", how=how, verbs=["create"])
    faulty.cluster.add_fault(fault("slow_service", add="500ms", verbs=["create"]))
    assert (await faulty.run(CREATE)).lost
    assert faulty.kinds() == []
    await faulty.cluster.wait_for_count("effects", 1, timeout=5)
    assert [effect.late for effect in faulty.cluster.effects()] == [True]
    assert (await faulty.run(SHOW)).status == 0


@witnesses("disconnect_after")
@HOW
async def test_a_disconnect_after_the_effect_loses_the_reply_alone(with_faults: Opens, how: str) -> None:
    faulty = await with_faults("disconnect_after", how=how, verbs=["create"])
    heard = await faulty.run(CREATE)
    assert (heard.status, heard.stdout, heard.lost) == (None, b"", True)
    assert faulty.kinds() == ["created"]
    assert (await faulty.run(SHOW)).status == 0


@witnesses("crash")
@pytest.mark.parametrize(
    ("when", "wipe", "effects", "status"),
    [
        ("after-effect", False, ["created"], 0),
        ("after-effect", True, ["created", "wiped"], 11),
        ("before-effect", False, [], 11),
        ("during-service", False, [], 11),
    ],
)
async def test_a_crash_resets_connections_closes_the_port_for_a_while_and_keeps_or_loses_the_shares(
    with_faults: Opens, when: str, wipe: bool, effects: list[str], status: int
) -> None:
    faulty = await with_faults("crash", when=when, wipe=wipe, down_for="400ms", verbs=["create"])
    bystander = await faulty.connect()

    assert (await faulty.run(CREATE)).lost
    await bystander.wait_closed()
    with pytest.raises(ConnectionRefusedError):
        await faulty.raw()
    await faulty.cluster.wait_for(lambda cluster: cluster.is_open, timeout=5)
    assert (await faulty.run(SHOW)).status == status
    assert faulty.kinds() == effects


@witnesses("partial_effect")
async def test_a_partial_create_leaves_a_half_made_share_that_only_a_delete_accepts(with_faults: Opens) -> None:
    faulty = await with_faults("partial_effect")
    assert (await faulty.run(CREATE)).status == 70
    assert b'"complete": false' in (await faulty.run(LIST)).stdout
    assert (await faulty.run("share resize s1 --size 2048 --request-id r9")).status == 21
    assert (await faulty.run(DELETE)).status == 0
    assert b'"count": 0' in (await faulty.run(LIST)).stdout
    assert faulty.kinds() == ["half-created", "deleted"]


@pytest.mark.parametrize("answer", ["none", "success"])
async def test_a_partial_create_may_be_answered_by_silence_or_by_a_lie(with_faults: Opens, answer: str) -> None:
    faulty = await with_faults("partial_effect", answer=answer)
    if answer == "none":
        await faulty.hears_nothing(CREATE)
    else:
        assert (await faulty.run(CREATE)).stdout == DONE
    assert faulty.kinds() == ["half-created"]


@witnesses("name_taken")
async def test_a_name_is_taken_by_a_share_of_somebody_else_before_the_create_takes_it(with_faults: Opens) -> None:
    faulty = await with_faults("name_taken", size="5 MiB", answered=True, verbs=["create"])
    assert (await faulty.run(CREATE)).status == 10
    assert faulty.kinds() == ["created-by-others"]
    [share] = faulty.cluster.shares()
    assert (share.size, share.mark, share.request_id) == (5 << 20, None, None)
    assert (await faulty.run(DELETE)).status == 0, "whoever deletes by name alone deletes it"


@witnesses("late_effect")
async def test_a_late_effect_lands_after_its_caller_has_gone(with_faults: Opens) -> None:
    faulty = await with_faults("late_effect", delay="700ms", verbs=["create"])
    other = await faulty.connect()
    connection = await faulty.hears_nothing(CREATE)
    connection.abort()
    assert (await faulty.run(SHOW, on=other)).status == 11
    await faulty.cluster.wait_for_count("late_effects", 1, timeout=5)
    assert (await faulty.run(SHOW, on=other)).status == 0
    (effect,) = faulty.cluster.effects()
    (row,) = faulty.cluster.injections()
    assert effect.late
    assert effect.at - row.at >= 0.7


@pytest.mark.parametrize(("answer", "status"), [("error", 70), ("success", 0)])
async def test_a_late_effect_may_be_answered_before_it_lands(with_faults: Opens, answer: str, status: int) -> None:
    faulty = await with_faults("late_effect", delay="400ms", answer=answer, verbs=["create"])
    connection = await faulty.connect()
    assert (await faulty.run(CREATE, on=connection)).status == status
    assert faulty.kinds() == []
    await faulty.cluster.wait_for_count("late_effects", 1, timeout=5)
    assert faulty.kinds() == ["created"]


@witnesses("lying_success")
async def test_a_lying_success_is_answered_as_if_it_were_done(with_faults: Opens) -> None:
    faulty = await with_faults("lying_success", first=1)
    assert (await faulty.run(CREATE)).stdout == DONE
    assert (await faulty.run(SHOW)).status == 11
    assert faulty.kinds() == []
    assert (await faulty.run(CREATE)).stdout == DONE
    assert faulty.kinds() == ["created"]


@witnesses("read_only")
async def test_a_read_only_cluster_refuses_changes_and_still_answers_questions(with_faults: Opens) -> None:
    faulty = await with_faults("read_only")
    connection = await faulty.connect()
    assert (await faulty.run(CREATE, on=connection)).status == 15
    assert (await faulty.run(LIST, on=connection)).status == 0
    faulty.cluster.remove_fault("read_only")
    assert (await faulty.run(CREATE, on=connection)).status == 0
    faulty.cluster.add_fault(fault("read_only"))
    assert (await faulty.run(DELETE, on=connection)).status == 15
    assert faulty.kinds() == ["created"]


@witnesses("full")
async def test_a_full_cluster_refuses_what_needs_room_and_lets_shares_go(with_faults: Opens) -> None:
    faulty = await with_faults("full")
    connection = await faulty.connect()
    assert (await faulty.run(CREATE, on=connection)).status == 14
    faulty.cluster.remove_fault("full")
    assert (await faulty.run(CREATE, on=connection)).status == 0
    faulty.cluster.add_fault(fault("full"))
    assert (await faulty.run("share resize s1 --size 4096 --request-id r3", on=connection)).status == 14
    assert (await faulty.run("snapshot create s1 t1 --request-id r4", on=connection)).status == 14
    assert (await faulty.run(DELETE, on=connection)).status == 0
    assert faulty.kinds() == ["created", "deleted"]


async def test_each_strike_on_the_wire_is_in_the_log_with_what_it_struck(with_faults: Opens) -> None:
    faulty = await with_faults("error_exit", code="busy", label="crowded", attempts=[2], verbs=["ping"])
    connection = await faulty.connect()
    statuses = [(await faulty.run(PING, on=connection)).status for _ in range(3)]
    assert statuses == [0, 22, 0]
    (row,) = faulty.cluster.injections()
    assert (row.fault, row.label, row.cluster, row.verb, row.attempt) == (
        "error_exit",
        "crowded",
        "north",
        "ping",
        2,
    )
    assert 0 < row.at <= faulty.cluster.now
