from __future__ import annotations

from dataclasses import replace

import pytest
from tabfab.hw.engine.folding import Foldable, Folding

THREE = Foldable(inputs=3, channels=12, groups=1)


@pytest.mark.parametrize(
    ("lanes", "outputs", "folding"),
    [
        (1, 1, Folding(1, 1)),
        (2, 5, Folding(2, 4)),
        (99, 99, Folding(3, 12)),
        (3, 11, Folding(3, 6)),
        (0, 0, Folding(1, 1)),
    ],
)
def test_the_nearest_folding_never_exceeds_what_was_asked_for(
    lanes: int, outputs: int, folding: Folding
) -> None:
    assert THREE.nearest(lanes, outputs) == folding


def test_no_folding_wastes_lanes() -> None:
    lanes = {s for s, _ in Foldable(inputs=10, channels=1, groups=1).foldings()}
    assert lanes == {1, 2, 3, 4, 5, 10}  # 6 to 9 take two words, as 5 does


def test_the_nearest_folding_of_groups_is_a_part_of_one_or_several_of_them() -> None:
    grouped = Foldable(inputs=8, channels=8, groups=4)
    assert grouped.nearest(3, 3) == Folding(2, 2)
    assert grouped.nearest(5, 7) == Folding(4, 4)
    assert grouped.nearest(2, 1) == Folding(2, 1)  # nor more outputs than were asked for


@pytest.mark.parametrize(("lanes", "outputs"), [(0, 1), (1, 0), (-2, 1)])
def test_refuses_to_do_nothing_per_clock(lanes: int, outputs: int) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Folding(lanes, outputs)


def test_refuses_a_knob_below_one() -> None:
    with pytest.raises(ValueError, match=r"must be positive, not 1, 1, 1 and \{'encoders': 0\}"):
        Folding(1, 1, {"encoders": 0})


def test_knobs_are_compared_and_cannot_be_changed() -> None:
    knobs = {"b": 1, "a": 2}
    folding = Folding(1, 1, knobs)
    knobs["a"] = 3
    assert list(folding.knobs.items()) == [("a", 2), ("b", 1)]
    with pytest.raises(TypeError):
        folding.knobs["a"] = 3  # type: ignore[index]
    same = replace(folding, knobs={"a": 2, "b": 1})
    assert folding == same
    assert len({folding, same, replace(folding, knobs={})}) == 2
