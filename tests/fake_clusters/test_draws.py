"""Every draw depends on its coordinate alone: other calls, faults and limits change nothing of it."""

import os
import subprocess
import sys
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from simpy import Environment

from connector.operations import Verb
from fake_clusters.distributions import Uniform
from fake_clusters.draws import Draws
from fake_clusters.profile import LoginPhase, Profile
from tests.fake_clusters.models import Ear, Scripted, create, delete, model, submit

UNIFORM = Uniform(high=1.0)
PROFILE = Profile(login=dict.fromkeys(LoginPhase, UNIFORM), default=UNIFORM)


def test_a_draw_is_the_same_however_often_and_in_whatever_order_it_is_made() -> None:
    draws, coordinates = (
        Draws(1, "north"),
        [(verb, name, attempt) for verb in Verb for name in "ab" for attempt in (1, 2)],
    )
    there = [draws.command(PROFILE, *coordinate).service for coordinate in coordinates]
    back = [draws.command(PROFILE, *coordinate).service for coordinate in reversed(coordinates)]
    assert there == back[::-1]
    assert len(set(there)) == len(coordinates)


@given(st.integers(), st.text(), st.one_of(st.none(), st.text()), st.integers(min_value=1))
def test_any_seed_cluster_key_and_attempt_give_a_value_in_the_open_interval(
    seed: int, cluster: str, key: str | None, attempt: int
) -> None:
    assert 0 < Draws(seed, cluster).command(PROFILE, Verb.CREATE, key, attempt).service < 1


def test_seeds_clusters_and_phases_are_independent() -> None:
    plans = [Draws(seed, name).connection(PROFILE, 1) for seed in (1, 2) for name in ("north", "south")]
    delays = [delay for plan in plans for delay in (plan.banner_delay, plan.kex_delay, plan.auth_delay)]
    assert len(set(delays)) == 12


def test_draws_are_uniform() -> None:
    draws = Draws(3, "north")
    values = sorted(draws.command(PROFILE, Verb.CREATE, f"s{number}", 1).service for number in range(2000))
    assert max(abs(value - (index + 0.5) / 2000) for index, value in enumerate(values)) < 0.04


def ends(injector: Scripted, *names: str, **limits: Any) -> dict[str, float | None]:
    env = Environment()
    cluster = model(env, PROFILE, injector=injector, **{"commands": 1000, **limits})
    ears = {name: submit(cluster, env, create(name)) for name in names}
    env.run()
    return {name: ear.at for name, ear in ears.items()}


def test_a_fault_on_one_share_changes_no_other_commands_time() -> None:
    names = [f"s{number}" for number in range(50)]
    calm = ends(Scripted({}), *names)
    hit = ends(Scripted({"s7": {"service": 99.0}, "s8": {"hang": True}, "s9": {"lose_reply": True}}), *names)
    untouched = [name for name in names if name not in ("s7", "s8", "s9")]
    assert [hit[name] for name in untouched] == [calm[name] for name in untouched]
    assert (hit["s7"], hit["s8"], hit["s9"]) == (99.0, None, None)


def test_commands_of_other_shares_change_no_commands_time() -> None:
    few, many = ends(Scripted({}), "b", "d"), ends(Scripted({}), "a", "b", "c", "d", "e")
    assert few == {name: many[name] for name in few}


def test_the_attempt_counts_how_often_a_share_has_seen_the_verb() -> None:
    env, injector = Environment(), Scripted({})
    cluster = model(env, injector=injector)
    for request in (create("a"), create("b"), create("a"), delete("a"), create("a")):
        submit(cluster, env, request)
    assert [(where.key, where.verb, where.attempt) for where in injector.seen] == [
        ("a", Verb.CREATE, 1),
        ("b", Verb.CREATE, 1),
        ("a", Verb.CREATE, 2),
        ("a", Verb.DELETE, 1),
        ("a", Verb.CREATE, 3),
    ]
    assert injector.seen[0].cluster == "north"


RUN = """
from simpy import Environment
from tests.fake_clusters.models import create, delete, model, submit
from fake_clusters.profiles import load_profile
env = Environment()
cluster = model(env, load_profile("heavy_tailed"), commands=3, startups=(1, 30, 99))
for number in range(60):
    submit(cluster, env, create(f"s{number % 40}"))
    submit(cluster, env, delete(f"s{number % 7}", f"d{number}"))
    cluster.open_connection()
env.run()
print([(effect.kind, effect.name, effect.at) for effect in cluster.effects()], sorted(cluster.counters.items()))
"""


def test_one_seed_gives_one_history_whatever_pythons_hash_seed() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", RUN],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "77")
    }
    assert len(told) == 1
    assert "created" in told.pop()


def test_another_seed_gives_another_history() -> None:
    def last(seed: int) -> float:
        env = Environment()
        cluster = model(env, PROFILE, seed=seed)
        cluster.submit(create("a"), 1, Ear(env))
        env.run()
        return float(env.now)

    assert last(1) == last(1) != last(2)
