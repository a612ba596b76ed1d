"""Many draws at once are, one by one, those of the chance that they stand for."""

from connector.chance import Chance, word_index
from harness.model.fast import batched_rng as rng
from harness.model.fast.batched_rng import LANES
from harness.model.fast.name_hashes import name_indices
from harness.workload.names import ODD, share_name


def test_lanes_are_the_chance_they_stand_for() -> None:
    chance = Chance(5, "north", "service")
    numbers = range(7, 7 + LANES)
    state = rng.absorb(rng.same(chance.key, LANES), rng.pack(numbers), LANES)
    drawn = rng.u01(rng.absorb_same(state, 3, LANES), LANES)
    assert list(drawn) == [chance.u01(number, 3) for number in numbers]
    assert min(drawn) < 0.01 < 0.99 < max(drawn)


def test_draws_a_few_at_a_time_are_the_chance_they_stand_for() -> None:
    chance = Chance(5, "north", "service")
    numbers = [*range(3, 50, 2), 2**40]
    assert list(rng.drawn(chance, numbers, 1, 2)) == [chance.u01(number, 1, 2) for number in numbers]
    assert list(rng.drawn(chance, [])) == []


def test_numbers_in_a_row_are_packed_as_any_others() -> None:
    assert rng.numbered(9, 3) == rng.pack([9, 10, 11]) == 9 + (10 << 128) + (11 << 256)


def test_names_are_known_as_if_they_had_been_spelled() -> None:
    chance = Chance(3, "workload.name")
    for first in (1, 700, 999_900):  # the last two rows go on into the next thousand
        numbers = range(first, first + LANES)
        odd = [(number, chance.u01(number, 1)) for number in numbers if chance.u01(number, 0) < ODD]
        assert odd
        expected = rng.pack(word_index(share_name(3, number)) for number in numbers)
        assert name_indices(first, LANES, odd) == expected
