"""The sweeps of `bench/sweep.py` can be read, and a shell loop does what they do."""

from __future__ import annotations

import tomllib
from pathlib import Path

from sweep import DEVICES, front_toml, lenet_trials, shell_loop
from tabfab.cli.sweeps.spec import parse_sweep


def test_the_front_is_searched_for_both_devices() -> None:
    text = front_toml(Path("resnet8.pt2"), Path("data"), 40, 1)
    sweep = parse_sweep(tomllib.loads(text))
    assert (sweep.search.sampler, sweep.search.trials, sweep.search.seed) == ("nsga2", 40, 1)
    (device,) = [axis for axis in sweep.space.axes if axis.option.full_name == "plan.device"]
    assert device.values == DEVICES  # type: ignore[union-attr]


def test_no_two_trials_of_lenet_are_alike(tmp_path: Path) -> None:
    trials = lenet_trials(200, 0)
    assert len({tuple(each.items()) for each in trials}) == 200
    loop = shell_loop(Path("lenet.pt2"), tmp_path, trials[:3], tmp_path)
    assert loop.startswith("xargs -0 -P 2 ")
    lines = (tmp_path / "jobs").read_text().split("\0")
    assert len(lines) == 4
    for name, value in trials[0].items():
        assert f"--{name} {value} " in lines[0]
