"""Plan files: those of format 1, and plans for other programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.plan import Plan, PlanError, PlanOptions, make_plan
from tabfab.hw.plan.file import read_plan, write_plan
from tabfab.hw.rtl.build import load_build, write_build

from support.manifests import rewrite
from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(5)
IMAGE = image_input(RNG, 2, 4, 4)
OPTIONS = ConvOptions(4, kernel=(3, 3), padding=(1, 1))
FIRST = exact_conv(RNG, "first", IMAGE, OPTIONS)
SECOND = table_conv(RNG, "second", FIRST, OPTIONS)
PROGRAM = ir.Program((IMAGE, FIRST, SECOND))


@pytest.fixture(scope="module")
def plan() -> Plan:
    made = make_plan(PROGRAM, PlanOptions(device="ecp5-25k", subspaces=1, outputs=1))
    assert made.foldings["second"].knobs == {"encoders": 1}
    return made


def as_format_1(document: dict[str, Any], **encoders: object) -> None:
    """Turn a document into what it was before there were knobs."""
    document["version"] = 1
    for name, folding in document["plan"]["foldings"].items():
        del folding["knobs"], folding["taps"]
        folding["encoders"] = encoders[name]


def test_comes_back_as_it_was(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json", PROGRAM) == plan


def test_a_plan_of_format_1_is_read(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_plan(plan, path)
    rewrite(path, lambda document: as_format_1(document, first=0, second=1))
    assert read_plan(path, PROGRAM) == plan


def test_a_plan_of_format_2_is_read(plan: Plan, tmp_path: Path) -> None:
    """It had no taps: one was read at a time."""
    path = tmp_path / "plan.json"
    write_plan(plan, path)

    def older(document: dict[str, Any]) -> None:
        document["version"] = 2
        for folding in document["plan"]["foldings"].values():
            assert folding.pop("taps") == 1

    rewrite(path, older)
    assert read_plan(path, PROGRAM) == plan


def test_encoders_that_format_1_left_open_stay_so(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_plan(plan, path)
    rewrite(path, lambda document: as_format_1(document, first=0, second=0))
    assert read_plan(path, PROGRAM).foldings["second"].knobs == {}


def test_a_build_of_format_1_is_read(plan: Plan, tmp_path: Path) -> None:
    build = write_build(PROGRAM, plan, tmp_path / "build")
    rewrite(
        build.directory / "plan.json", lambda document: as_format_1(document, first=0, second=1)
    )
    assert load_build(build.directory).plan == plan


@pytest.mark.parametrize("encoders", [-1, "2", None, 1.5, [1]])
def test_what_no_format_has_is_refused(plan: Plan, tmp_path: Path, encoders: object) -> None:
    path = tmp_path / "plan.json"
    write_plan(plan, path)
    rewrite(path, lambda document: as_format_1(document, first=0, second=encoders))
    with pytest.raises(PlanError, match=r"no valid plan.*(knobs|encoders)"):
        read_plan(path, PROGRAM)


def test_the_present_format_has_no_encoders(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_plan(plan, path)
    rewrite(path, lambda document: document["plan"]["foldings"]["second"].update(encoders=1))
    with pytest.raises(PlanError, match="unknown field 'encoders'"):
        read_plan(path, PROGRAM)


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: replace(plan, foldings={"first": plan.foldings["first"]}),
        lambda plan: replace(plan, fork_depths={"first": (2, 2)}),
        lambda plan: replace(plan, foldings={**plan.foldings, "first": Folding(3, 1)}),
        lambda plan: replace(plan, foldings={**plan.foldings, "first": Folding(1, 3)}),
        lambda plan: replace(plan, foldings={**plan.foldings, "first": Folding(1, 1, {"odd": 1})}),
        lambda plan: replace(
            plan, foldings={**plan.foldings, "first": Folding(1, 1, {"encoders": 1})}
        ),
    ],
    ids=["a layer too few", "a fork", "lanes", "outputs", "a knob", "another method's knob"],
)
def test_a_plan_for_another_program_is_refused(
    plan: Plan, tmp_path: Path, change: Callable[[Plan], Plan]
) -> None:
    write_plan(change(plan), tmp_path / "plan.json")
    with pytest.raises(PlanError, match="a plan for another program"):
        read_plan(tmp_path / "plan.json", PROGRAM)


@pytest.mark.parametrize("clocks", [0, -1])
def test_a_plan_whose_images_take_no_time_is_refused(
    plan: Plan, clocks: int, tmp_path: Path
) -> None:
    path = tmp_path / "plan.json"
    write_plan(replace(plan, clocks_per_image=clocks), path)
    with pytest.raises(PlanError, match="its clocks must be more than none"):
        read_plan(path, PROGRAM)
