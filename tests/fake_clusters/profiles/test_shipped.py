"""Every shipped profile is read, opens with what it stands for, and is as slow as it says."""

from importlib import resources

import pytest

from connector.operations import Verb
from fake_clusters.profile import LoginPhase
from fake_clusters.profiles import PROFILES, load_profile


def test_every_file_is_in_the_table_and_every_name_has_its_file() -> None:
    files = {path.name for path in resources.files("fake_clusters.profiles").iterdir() if path.name.endswith(".toml")}
    assert files == {f"{name}.toml" for name in PROFILES}


@pytest.mark.parametrize("name", PROFILES)
def test_a_shipped_profile_has_latencies_for_everything_and_says_what_it_stands_for(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert all(profile.service_work(verb, 0.99) >= 0 for verb in Verb)
    assert all(profile.login_work(phase, 0.99) >= 0 for phase in LoginPhase)
    text = (resources.files("fake_clusters.profiles") / f"{name}.toml").read_text()
    assert text.startswith("# ")


def test_the_profiles_are_listed_from_the_quickest_to_the_slowest_create() -> None:
    medians = [load_profile(name).service_work(Verb.CREATE, 0.5) for name in ("instant", "lan", "steady", "slow")]
    assert medians == sorted(medians)
    assert medians[0] == 0


def test_an_erratic_cluster_is_either_quick_or_very_slow() -> None:
    erratic = load_profile("erratic")
    assert erratic.service_work(Verb.CREATE, 0.5) < 0.3
    assert erratic.service_work(Verb.CREATE, 0.95) > 5


def test_an_unknown_profile_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"no profile 'slo' \(did you mean 'slow'\?\); there are: instant, lan"):
        load_profile("slo")
