"""The sweeps of `bench/sweep.py` can be read, and a shell loop does what they do."""

from __future__ import annotations

import tomllib
from pathlib import Path

from sweep import (
    DEVICES,
    best,
    by_hand_toml,
    cells_of,
    front_toml,
    lenet_trials,
    rows_of,
    shell_loop,
)
from tabfab.cli.sweeps.spec import parse_sweep
from tabfab.cli.sweeps.store import Trial


def test_the_front_is_searched_for_both_devices() -> None:
    text = front_toml(Path("resnet8.pt2"), Path("data"), 40, 1)
    sweep = parse_sweep(tomllib.loads(text))
    assert (sweep.search.sampler, sweep.search.trials, sweep.search.seed) == ("nsga2", 40, 1)
    (device,) = [axis for axis in sweep.space.axes if axis.option.full_name == "plan.device"]
    assert device.values == DEVICES  # type: ignore[union-attr]


def test_the_point_by_hand_is_tried_on_both_devices() -> None:
    sweep = parse_sweep(tomllib.loads(by_hand_toml(Path("resnet8.pt2"), Path("data"))))
    (axis,) = sweep.space.axes
    assert axis.values == DEVICES  # type: ignore[union-attr]


def test_no_two_trials_of_lenet_are_alike(tmp_path: Path) -> None:
    trials = lenet_trials(200, 0)
    assert len({tuple(each.items()) for each in trials}) == 200
    loop = shell_loop(Path("lenet.pt2"), tmp_path, trials[:3], tmp_path)
    assert loop.startswith("xargs -0 -P 2 ")
    lines = (tmp_path / "jobs").read_text().split("\0")
    assert len(lines) == 4
    for name, value in trials[0].items():
        assert f"--{name} {value} " in lines[0]


def test_each_device_has_a_front_of_its_own() -> None:
    def trial(name: str, device: str, accuracy: float, fps: float, failure: str = "") -> Trial:
        figures = {} if failure else {"accuracy": accuracy, "fps": fps, "luts": 1234}
        settings = {"compile": {"prototypes": 8}, "plan": {"device": device}}
        return Trial(name, settings, figures, failure, {})

    trials = [
        trial("small", "ecp5-25k", 0.6, 100),
        trial("large", "ecp5-85k", 0.7, 200),
        trial("slow", "ecp5-85k", 0.8, 50),
        trial("worse", "ecp5-85k", 0.6, 150),
        trial("unfit", "ecp5-25k", 0, 0, "does not fit"),
    ]
    assert [each.name for each in best(trials, "ecp5-85k")] == ["slow", "large"]
    (row,) = rows_of(best(trials, "ecp5-25k"))
    assert row == {"prototypes": 8, "accuracy": 0.6, "fps": 100, "luts": 1234}
    printed = cells_of({**row, "block-rams": 3, "multipliers": 0})
    assert printed == ["usual", "usual", "8", "usual", "usual", "60.0%", "100", "1,234", "3", "0"]
