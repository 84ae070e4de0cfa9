from __future__ import annotations

import pytest
from tabfab.hw.stream.streams import StreamFormat
from tabfab.hw.window.window import Kernel
from tabfab.hw.window.window_stages import window_stages, windows_demand

IMAGE = StreamFormat(8, False, 4, 4, 6, 7)
SAME = Kernel((3, 3), padding=(1, 1))


def test_a_pixel_read_once_needs_nothing() -> None:
    stages = window_stages(Kernel(), IMAGE, 1, 1, (1, 1))
    assert stages.columns.is_plain
    assert stages.rows is None
    assert stages.clocks == 42
    assert windows_demand(stages, 32).memories == ()


@pytest.mark.parametrize(("at_once", "clocks"), [((1, 1), 9 * 42), ((3, 1), 3 * 42), ((3, 3), 42)])
def test_more_taps_at_once_take_fewer_clocks(at_once: tuple[int, int], clocks: int) -> None:
    assert window_stages(SAME, IMAGE, 1, 1, at_once).clocks == clocks


def test_every_column_is_read_though_only_some_are_the_last_of_a_window() -> None:
    strided = Kernel((3, 3), (2, 2), (1, 1))
    assert window_stages(strided, IMAGE, 1, 1, (3, 3)).clocks == 42  # as many as are written
    assert window_stages(strided, IMAGE, 5, 1, (3, 3)).clocks == 3 * (4 * 5 + 3)


def test_what_a_shift_register_cannot_make_up_becomes_a_border() -> None:
    wide = Kernel((3, 3), padding=(2, 2))
    stages = window_stages(wide, IMAGE, 1, 1, (3, 3))
    assert stages.border == ((0, 0), (1, 1))
    assert stages.rows is not None
    assert (stages.rows.width, stages.rows.padding) == (9, (0, 1))
    assert stages.columns.padding == (2, 0)

    narrow = StreamFormat(8, False, 4, 4, 6, 2)
    stages = window_stages(SAME, narrow, 1, 1, (3, 3))
    assert stages.border == ((0, 0), (1, 1))
    assert stages.rows is not None
    assert (stages.rows.width, stages.rows.padding) == (4, (0, 0))


def test_refuses_all_taps_of_a_part_of_a_pixel() -> None:
    halves = StreamFormat(8, False, 2, 4, 6, 7)
    with pytest.raises(ValueError, match="where a beat holds a whole pixel"):
        window_stages(SAME, halves, 1, 1, (3, 3))


def test_what_overhangs_is_padding_behind() -> None:
    tiles = Kernel((5, 5), (3, 3), (4, 1), overhang=(2, 2))
    stages = window_stages(tiles, IMAGE, 1, 1, (1, 1))
    assert stages.border == ((0, 2), (0, 0))
    assert stages.columns.edges == ((4, 4), (1, 3))
    stages = window_stages(tiles, IMAGE, 1, 1, (5, 5))
    assert stages.border == ((0, 2), (0, 0))
    assert stages.rows is not None
    assert stages.rows.edges == ((0, 0), (1, 3))
