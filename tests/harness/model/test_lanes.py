"""Many draws at once are, one by one, those of the chance that they stand for."""

from itertools import islice

from connector.chance import Chance, word_index
from harness.model.scale import lanes
from harness.model.scale.lanes import LANES


def test_lanes_are_the_chance_they_stand_for() -> None:
    chance = Chance(5, "north", "service")
    numbers = range(7, 7 + LANES)
    state = lanes.absorb(lanes.same(chance.key, LANES), lanes.pack(numbers, LANES), LANES)
    drawn = lanes.u01(lanes.absorb_same(state, 3, LANES), LANES)
    assert list(drawn) == [chance.u01(number, 3) for number in numbers]


def test_draws_one_after_another_and_words_are_the_chance_they_stand_for() -> None:
    chance = Chance(5, "north", "service")
    assert list(islice(lanes.draws(chance.under(0, 4)), 40)) == [chance.u01(0, 4, number) for number in range(1, 41)]
    names = ["share-0001", "größe 中文", ""]
    assert list(lanes.unpack(lanes.words(names), 3)) == [word_index(name) for name in names]
    assert list(lanes.unpack(lanes.numbered(9, 3), 3)) == [9, 10, 11]
    assert lanes.unit(chance.bits(3)) == chance.u01(3)
