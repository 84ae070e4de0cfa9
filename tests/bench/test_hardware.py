"""The hardware benchmark: one layer alone, and the table of results."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hardware_cells import CELLS, NETWORKS, Settings
from hardware_report import markdown
from one_layer import one_layer
from tabfab.compiler.networks import NETWORKS as BUILT_IN
from tabfab.compiler.program import Program
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.device.devices import find_device
from tabfab.sim.models import golden

from support.programs import ConvOptions, exact_conv, image_input, table_conv


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(results=tmp_path, models=tmp_path, programs=tmp_path, note="", seed=0)


@pytest.fixture
def program() -> Program:
    rng = np.random.default_rng(0)
    image = image_input(rng, 2, 5, 6)
    first = exact_conv(rng, "first", image, ConvOptions(4, (3, 3), padding=(1, 1)))
    second = table_conv(rng, "second", first, ConvOptions(6, (3, 3), (2, 2), (1, 1)))
    return Program((image, first, second, exact_conv(rng, "third", second, ConvOptions(3))))


def test_one_layer_computes_what_it_does_in_its_network(program: Program) -> None:
    images = np.random.default_rng(1).integers(0, 256, (3, *size(program)), np.uint8)
    values = golden.run(program, images)
    for layer in program.convs[1:]:
        alone = one_layer(program, layer.name)
        assert [node.kind for node in alone] == ["input", layer.kind]
        arriving = values[layer.inputs[0]].astype(np.uint8)
        np.testing.assert_array_equal(golden.run(alone, arriving)[layer.name], values[layer.name])


def size(program: Program) -> tuple[int, int, int]:
    channels, height, width = program.input.shape
    return height, width, channels


def test_an_unknown_layer_lists_the_known_ones(program: Program) -> None:
    with pytest.raises(TabfabError, match=program.convs[0].name):
        one_layer(program, "nowhere")


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_cells_name_networks_and_devices_that_exist(cell) -> None:
    assert NETWORKS[cell.network].name in BUILT_IN
    assert find_device(cell.device)


def test_cells_that_were_not_run_say_so(settings: Settings) -> None:
    assert (
        markdown(["dense-da4ml"], settings)
        .splitlines()[2]
        .startswith("| dense-da4ml | ecp5-25k | not run |")
    )


def test_figures_of_a_cell(settings: Settings) -> None:
    cells = {"luts": 1200, "flip_flops": 300, "block_rams": 4, "multipliers": 0}
    result = {
        "cells": cells,
        "clocks_per_image": 1000,
        "fmax_mhz": 125.0,
        "slowest_read_share": 0.99,
        "table_stored_bits": 900,
        "table_occupied_bits": 1000,
        "beats": 50,
        "value_mismatches": 0,
        "clock_mismatches": 2,
    }
    (settings.results / "dense-table-4.json").write_text(json.dumps(result))
    row = markdown(["dense-table-4"], settings).splitlines()[2]
    expected = [
        "1,000", "125.0", "125,000", "1,200", "300", "4", "0", "1,200,000", "99.0%", "10.0%",
        "50 beats, 2 wrong",
    ]  # fmt: skip
    assert row == f"| dense-table-4 | ecp5-25k | {' | '.join(expected)} |"


def test_a_clock_that_is_only_placed_says_so(settings: Settings) -> None:
    cells = {"luts": 10, "flip_flops": 20, "block_rams": 0, "multipliers": 0}
    result = {"cells": cells, "clocks_per_result": 1, "fmax_mhz_placed": 169.78}
    (settings.results / "dense-da4ml.json").write_text(json.dumps(result))
    row = markdown(["dense-da4ml"], settings).splitlines()[2]
    assert row.startswith("| dense-da4ml | ecp5-25k | 1 | 169.8 placed |  | 10 | 20 | 0 | 0 | 10 |")
