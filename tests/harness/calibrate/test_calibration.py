"""A fake cluster made from samples: its file loads, behaves like them, and drift is told from chance."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.chance import Chance
from connector.operations import Verb
from fake_clusters.clusters_file import read_clusters_file
from fake_clusters.distributions import Distribution, Exponential, Lognormal
from fake_clusters.profile import LoginPhase, Profile
from harness.calibrate.calibration import calibrated
from harness.calibrate.capacity import capacity_of
from harness.calibrate.cluster_file import cluster_text
from harness.calibrate.drift import drift_of
from harness.calibrate.goodness import distance
from harness.calibrate.samples import MeasuredSample, SamplesError, read_measured

AUTH, CREATE = Lognormal(median=0.008, p99=0.03), Exponential(mean=0.4)


def samples_of(phase: LoginPhase | Verb, of: Distribution, size: int, seed: int = 1) -> Iterator[MeasuredSample]:
    chance = Chance(seed, str(phase))
    for index in range(size):
        yield MeasuredSample(phase=phase, seconds=of.ppf(chance.u01(index)))


def measured(seed: int = 1) -> list[MeasuredSample]:
    return [*samples_of(LoginPhase.AUTH, AUTH, 300, seed), *samples_of(Verb.CREATE, CREATE, 300, seed)]


def test_the_clusters_file_loads_and_is_near_fresh_samples(tmp_path: Path) -> None:
    path = tmp_path / "measured.toml"
    path.write_text(cluster_text(calibrated(measured()), name="measured", source="samples.csv"))
    (spec,) = read_clusters_file(path).specs
    fresh = sorted(each.seconds for each in samples_of(Verb.CREATE, CREATE, 300, seed=2))
    assert distance(fresh, spec.profile.service[Verb.CREATE]) < 0.12
    assert spec.profile.login[LoginPhase.AUTH].mean == pytest.approx(AUTH.mean, rel=0.1)
    assert not any(row.drifted for row in drift_of(measured(seed=2), spec.profile, tolerance=0.1))


def test_what_became_slower_has_drifted_and_nothing_else() -> None:
    profile = Profile(login={LoginPhase.AUTH: AUTH}, service={Verb.CREATE: Exponential(mean=0.2)})
    assert {row.phase: row.drifted for row in drift_of(measured(), profile, tolerance=0.1)} == {
        LoginPhase.AUTH: False,
        Verb.CREATE: True,
    }


def test_a_few_samples_prove_no_drift() -> None:
    few = list(samples_of(Verb.CREATE, CREATE, 5))
    (row,) = drift_of(few, Profile(service={Verb.CREATE: Exponential(mean=0.2)}), tolerance=0.1)
    assert not row.drifted


def test_commands_in_company_do_not_count_for_the_time_in_service() -> None:
    slow = [MeasuredSample(phase=Verb.CREATE, seconds=9.0, concurrency=8) for _ in range(50)]
    assert calibrated([*measured(), *slow]).fits[Verb.CREATE].chosen.mean < 1.0
    with pytest.raises(SamplesError, match=r"^create: at least two samples with a concurrency of 1 are needed, not 0$"):
        calibrated(slow)


def _times(places: int, at_once: int) -> list[float]:
    """How long commands of 10 ms take in a cluster of so many places, once as many are always under way."""
    free, now, taken = [0.0] * places, [0.0] * at_once, []
    for _ in range(240):
        caller = now.index(min(now))
        place = free.index(min(free))
        begins = max(now[caller], free[place])
        taken.append(begins + 0.01 - now[caller])
        free[place] = now[caller] = begins + 0.01
    return taken[40:]


@pytest.mark.parametrize("places", [1, 3, 6])
def test_the_capacity_is_where_throughput_stops_to_grow(places: int) -> None:
    times = {at_once: _times(places, at_once) for at_once in (1, 2, 4, 8, 16)}
    found = capacity_of(times)
    assert found is not None
    assert found.places == places


def test_a_capacity_that_was_not_reached_is_not_guessed() -> None:
    found = capacity_of({at_once: _times(64, at_once) for at_once in (1, 4, 16)})
    assert found is not None
    assert found.places is None
    assert capacity_of({4: [0.1], 8: [0.1]}) is None


def test_samples_are_read_from_both_kinds_of_file(tmp_path: Path) -> None:
    table, lines = tmp_path / "a.csv", tmp_path / "a.jsonl"
    table.write_text("phase,seconds,concurrency,note\ncreate,12ms,2,x\nauth,0.5,,\n")
    lines.write_text('{"phase": "create", "seconds": "12ms", "concurrency": 2}\n\n{"phase": "auth", "seconds": 0.5}\n')
    assert (
        read_measured(table)
        == read_measured(lines)
        == (
            MeasuredSample(phase=Verb.CREATE, seconds=0.012, concurrency=2),
            MeasuredSample(phase=LoginPhase.AUTH, seconds=0.5),
        )
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "verb,time\n", "its first line must name the columns phase, seconds, concurrency"),
        ("a.csv", "phase,seconds\n", "holds no samples"),
        ("a.csv", "phase,seconds\ncreat,1\n", "line 2: no phase 'creat' (did you mean 'create'?); accepted: banner"),
        ("a.csv", "phase,seconds\ncreate,soon\n", "line 2: seconds: "),
        ("a.csv", "phase,seconds\ncreate,-1\n", "line 2: seconds: "),
        ("a.csv", "phase,seconds\ncreate,\n", "line 2: seconds is missing"),
        ("a.csv", "phase,seconds,concurrency\ncreate,1,0\n", "line 2: concurrency must be a whole number from 1"),
        ("a.jsonl", "{}\n", "line 1: phase is missing"),
        ("a.jsonl", "[1]\n", "line 1: must be an object with phase, seconds, concurrency"),
        ("a.jsonl", '{"phase": "create", "seconds": {}}\n', "line 1: seconds: "),
        ("a.jsonl", '{"phase": "create", "seconds": 1, "concurrency": true}\n', "line 1: concurrency must be"),
        ("a.jsonl", "{\n", "line 1: is not JSON"),
    ],
)
def test_what_is_no_sample_is_named_with_its_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(SamplesError) as refused:
        read_measured(path)
    assert f"{path}: {message}" in str(refused.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SamplesError, match=r"a\.csv: (is not UTF-8|cannot be read: no such file or directory)"):
        read_measured(path)
