"""A program out of a sweep, and the picture of its front."""

from __future__ import annotations

import csv
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from tabfab.cli.sweeps.pick import compile_command, pick, plan_command
from tabfab.cli.sweeps.plot import draw_front
from tabfab.cli.sweeps.results import SweepResults, write_results
from tabfab.cli.sweeps.store import Trial
from tabfab.compiler.store.errors import TabfabError

from support.command import Run


def trial(name: str, device: str, **figures: float) -> Trial:
    settings = {"compile": {"prototypes": 8}, "plan": {"device": device}}
    return Trial(name, settings, figures, "", {})


TRIALS = [
    trial("a", "ecp5-25k", accuracy=0.90, fps=900.0, luts=10),
    trial("b", "ecp5-25k", accuracy=0.98, fps=300.0, luts=30),
    trial("c", "ecp5-85k", accuracy=0.98, fps=800.0, luts=40),
    trial("d", "ecp5-85k", accuracy=0.99, fps=100.0, luts=20),
    Trial("e", {"compile": {}}, {}, "it does not <fit>", {}),
]
RESULTS = SweepResults(Path("sweep"), TRIALS, ("accuracy", "fps"))


@pytest.mark.parametrize(
    ("conditions", "by", "name"),
    [
        ("accuracy>=0.98", None, "c"),  # the fastest of them
        ("accuracy>=0.98,device=ecp5-25k", None, "b"),
        ("plan.device=ecp5-85k", None, "d"),  # the most accurate
        ("device=ecp5-85k", "luts", "d"),
        ("fps>=300", None, "c"),  # as accurate as b, and faster
        ("accuracy>0.9, luts<=40", "luts", "d"),
        ("prototypes=8,accuracy<0.95", None, "a"),
    ],
)
def test_the_best_under_conditions(conditions: str, by: str | None, name: str) -> None:
    assert pick(RESULTS, conditions, by).name == name


@pytest.mark.parametrize(
    ("conditions", "by", "sentence"),
    [
        ("accuracy>=0.995", None, r"no trial has accuracy>=0.995: the nearest has 0.99"),
        ("device=ice40", None, r"no trial has device=ice40; there are ecp5-25k, ecp5-85k"),
        ("device=ecp5-25k,fps<100", None, r"of those with device=ecp5-25k has fps<100: the near"),
        ("acuracy>=0.9", None, r"did you mean 'accuracy'"),
        ("accuracy>=0.9", "lut", r"--by: there is no figure 'lut'"),
        ("best", None, r"--pick takes FIGURE>=NUMBER or FIGURE<=NUMBER or SETTING=VALUE"),
        ("colour=red", None, r"no trial has a setting 'colour'"),
    ],
)
def test_what_no_trial_has(conditions: str, by: str | None, sentence: str) -> None:
    with pytest.raises(TabfabError, match=sentence):
        pick(RESULTS, conditions, by)


def test_the_program_is_one_of_its_own(swept: Path, tmp_path: Path, tabfab: Run) -> None:
    output = tmp_path / "elsewhere" / "program"
    taken = tabfab("sweep", swept, "--pick", "device=ecp5-25k", "-o", output)
    assert taken.status == 0, taken
    assert "tabfab verilog" in taken.out
    assert "--device ecp5-25k --subspaces 1" in taken.out
    with (swept / "front.csv").open() as lines:
        best = max(csv.DictReader(lines), key=lambda row: float(row["accuracy"]))
    assert re.search(rf"accuracy +{best['accuracy']}", taken.out)
    options = ("--prototypes", best["prototypes"], "--calibration-images", 100)
    again = tmp_path / "program"
    assert tabfab("compile", swept.parent / "model.pt2", *options, "-o", again).status == 0
    for path in again.iterdir():
        assert (output / path.name).read_bytes() == path.read_bytes()
    assert tabfab("evaluate", output).status == 0
    shown = json.loads(tabfab("sweep", swept, "--pick", "luts>=1", "-o", output, "--json").out)
    assert shown["luts"] >= 1


def test_commands_are_quoted_for_a_shell() -> None:
    own = {"unit*:table-bits": 6, "layer": ["linear:prototypes=4"], "mask": "stack1.*"}
    settings = {"compile": {**own, "argmax": True}, "plan": {"unroll": ["my layer"], "clock": 50}}
    tried = Trial("f", settings, {}, "", {})
    noted = {"compile": {"module": "nets.py:Net(width=8)", "data": "digits"}}
    command = compile_command(
        SweepResults(Path(), [tried], (), (), noted), tried, Path("my program")
    )
    assert "'nets.py:Net(width=8)'" in command
    assert shlex.split(command) == [
        *("tabfab", "compile", "--module", "nets.py:Net(width=8)", "--data", "digits"),
        *("--layer", "unit*:table-bits=6", "--layer", "linear:prototypes=4", "--mask", "stack1.*"),
        *("--argmax", "-o", "my program"),
    ]
    words = ["tabfab", "verilog", "my program", "--unroll", "my layer", "--clock", "50"]
    assert shlex.split(plan_command(tried, Path("my program"))) == words


def test_options_that_do_not_go_together(swept: Path, refusal: Callable[..., str]) -> None:
    assert "give --pick" in refusal("sweep", swept, "--by", "luts")
    for more in (("--workers", 2), ("--json-only",), ("-o", "other")):
        assert "give its SWEEP.toml with -o" in refusal("sweep", swept, *more)
    file = swept.parent / "sweep.toml"
    assert "takes a program out of a sweep's directory" in refusal("sweep", file, "--pick", "a>=1")


def test_the_picture_needs_nothing_else_and_is_always_the_same(tmp_path: Path) -> None:
    for name in ("one", "two"):
        draw_front(RESULTS, tmp_path / f"{name}.html")
    text = (tmp_path / "one.html").read_text()
    assert text == (tmp_path / "two.html").read_text()
    assert "https://cdn" not in text.split("<body>")[0]
    assert "plotly.js v" in text
    drawn = text[text.rindex("Plotly.newPlot") :]
    assert re.search(r'"name":"front".*?"x":\[100.0,800.0,900.0\]', drawn, re.S)
    assert "it does not" not in drawn


def test_three_objectives_are_drawn_in_pairs(tmp_path: Path) -> None:
    draw_front(SweepResults(tmp_path, TRIALS, ("accuracy", "fps", "luts")), tmp_path / "p.html")
    assert '"type":"splom"' in (tmp_path / "p.html").read_text()
    write_results(SweepResults(tmp_path, TRIALS[4:], ("accuracy",)))  # nothing to draw
    assert (tmp_path / "front.html").is_file()
