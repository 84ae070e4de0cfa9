from __future__ import annotations

import numpy as np
import pytest
from tabfab.hw.engine.bank_geometry import BankGeometry, grouped_foldings


def test_one_group_allows_any_lanes() -> None:
    g = BankGeometry(inputs=5, channels=6, taps=9, lanes=2, outputs=3)
    assert (g.sections, g.blocks, g.words, g.parallel) == (1, 2, 3, 1)
    assert g.steps == 2 * 3 * 9
    assert g.lane_order == [0, 1]


def test_a_part_of_one_group_at_a_time() -> None:
    g = BankGeometry(inputs=12, channels=6, taps=1, lanes=2, outputs=1, groups=3)
    assert (g.sections, g.blocks, g.words, g.parallel) == (3, 2, 2, 1)
    assert g.steps == 12


def test_several_groups_side_by_side() -> None:
    g = BankGeometry(inputs=12, channels=8, taps=1, lanes=6, outputs=4, groups=4)
    assert (g.sections, g.blocks, g.words, g.parallel) == (2, 1, 1, 2)
    assert g.lane_order == [0, 3, 1, 4, 2, 5]
    assert (g.summed_lanes, g.lane_outputs) == (3, 2)


@pytest.mark.parametrize("groups", [2, 3, 6])
def test_every_input_meets_its_outputs_once(groups: int) -> None:
    """Walk over the steps: what each lane reads belongs to the input that the stream brings."""
    inputs, channels, taps = 12, 6, 2
    per_group = (inputs // groups, channels // groups)
    contents = np.arange(inputs * taps * per_group[1]).reshape(inputs, taps, 1, per_group[1])
    for lanes, outputs in grouped_foldings(*per_group, groups):
        g = BankGeometry(inputs, channels, taps, lanes, outputs, groups)
        rows = g.arrange(contents)
        assert rows.shape == (lanes, g.steps, g.lane_outputs)
        step = 0
        for section in range(g.sections):
            for block in range(g.blocks):
                for word in range(g.words):
                    for tap in range(taps):
                        for lane in range(lanes):
                            source = (section * g.words + word) * lanes + lane
                            first = block * g.lane_outputs
                            expected = contents[source, tap, 0, first : first + g.lane_outputs]
                            assert rows[lane, step].tolist() == expected.tolist()
                        step += 1
        assert step == g.steps


@pytest.mark.parametrize(
    ("lanes", "outputs", "groups", "message"),
    [
        (0, 2, 1, r"lanes must lie in 1\.\.12, not 0"),
        (13, 2, 1, r"lanes must lie in 1\.\.12, not 13"),
        (1, 4, 1, "outputs must divide the 6 output channels, not 4"),
        (4, 1, 2, "must be a part of one of 2 groups, 6 inputs by 3 outputs"),
        (12, 3, 2, "must be a part of one of 2 groups"),
    ],
)
def test_refuses_foldings_that_do_not_fit(
    lanes: int, outputs: int, groups: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        BankGeometry(12, 6, 1, lanes, outputs, groups)
