"""`tabfab compile` with recipes and automatic masks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tabfab.compiler.program import TableConv
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.program.program_file import load_program

PAPERS = ("--calibration-images", 60, "--prototypes", 4, "--recipe", "tabconv")
QUICK = ("--calibration-images", 60, "--prototypes", 4, "--mask-images", 60)


def test_operations_are_removed(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab(
        "compile", model, *QUICK, "--mask", "auto:operations=0.5", "-o", tmp_path / "program"
    )
    assert outcome.status == 0
    program = load_program(tmp_path / "program")
    cost = program_cost(program)
    assert cost.operations_program <= 0.5 * cost.operations_exact
    assert program.meta["mask_goal"] == "auto:operations=0.5"
    assert set(program.meta["mask_scores"]) == {node.name for node in program.convs}


@pytest.mark.slow("tests/compiler/test_repeatable.py compiles twice")
def test_the_same_command_gives_the_same_program(tabfab, model: Path, tmp_path: Path) -> None:
    command = ("compile", model, *QUICK, "--mask", "auto:operations=0.5,bytes=4x")
    for name in ("first", "again"):
        assert tabfab(*command, "-o", tmp_path / name).status == 0
    for file in ("program.json", "tensors.safetensors"):
        first, again = ((tmp_path / name / file).read_bytes() for name in ("first", "again"))
        assert first == again


def test_tabconvs_recipe_and_what_is_changed_of_it(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab("compile", model, *PAPERS, "--subspaces", 2, "-o", tmp_path / "it")
    assert outcome.status == 0
    program = load_program(tmp_path / "it")
    for node in program.convs:
        assert isinstance(node, TableConv)
        assert (node.layout, node.encoder.kind) == ("patch", "nearest")
        assert (node.encoder.subspaces, node.encoder.prototypes) == (2, 4)
    assert (program.meta["recipe"], program.meta["refit"]) == ("tabconv", False)


def test_a_length_takes_the_place_of_the_recipes_subspaces(
    tabfab, model: Path, tmp_path: Path
) -> None:
    tabfab("compile", model, *PAPERS, "--subspace-length", 6, "-o", tmp_path / "it")
    program = load_program(tmp_path / "it")
    assert {node.encoder.length for node in program.convs if isinstance(node, TableConv)} == {6}
    assert (program.meta["subspaces"], program.meta["subspace_length"]) == (None, 6)


def test_the_dyadic_papers_recipe(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab(
        "compile", model, "--recipe", "dyadic", "--calibration-images", 60,
        "--additions", 1.2, "--additions-over", "network", "-o", tmp_path / "it",
    )  # fmt: skip
    assert outcome.status == 0
    assert "for each weight" in outcome.err + outcome.out
    program = load_program(tmp_path / "it")
    assert {node.method for node in program.convs} == {"dyadic"}
    assert (program.meta["recipe"], program.meta["distance"]) == ("dyadic", "weights")
    cost = program_cost(program)
    assert cost.multiplications == 0 < cost.shifts <= cost.additions
    info = json.loads(tabfab("info", tmp_path / "it", "--json").out)
    assert info["total"]["shifts"] == cost.shifts
    assert info["total"]["multiplications"] == 0


def test_the_haste_papers_recipe(tabfab, refusal, model: Path, tmp_path: Path) -> None:
    outcome = tabfab(
        "compile", model, "--recipe", "haste", "--calibration-images", 60,
        "--hyperplanes", 3, "--patch", 2, "-o", tmp_path / "it",
    )  # fmt: skip
    assert outcome.status == 0
    program = load_program(tmp_path / "it")
    methods = [node.method for node in program.convs]
    assert set(methods) == {"exact", "haste"}
    assert (methods[0], methods[-1]) == ("exact", "exact")  # the image, and single pixels
    assert (program.meta["recipe"], program.meta["refit"]) == ("haste", False)
    info = json.loads(tabfab("info", tmp_path / "it", "--json").out)
    rows = [row for row in info["layers"] if row["method"] == "haste"]
    assert all(row["buckets"] < row["channels"] and row["patch"] for row in rows)
    assert all(row["multiplications"] < row["operations_exact"] for row in rows)
    assert "float" in tabfab("evaluate", tmp_path / "it").out
    options = ("--device", "ecp5-85k", "--outputs", 1)
    plan = json.loads(tabfab("plan", tmp_path / "it", *options, "--json").out)
    assert plan["expected_clocks"] < plan["clocks_per_image"]
    assert (
        "of images like those of the calibration" in tabfab("plan", tmp_path / "it", *options).out
    )
    words = "is computed by the method 'haste', which cannot be fine-tuned"
    assert words in refusal("finetune", tmp_path / "it", "-o", tmp_path / "tuned")


def test_a_mask_of_haste_layers_by_operations(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab(
        "compile", model, "--recipe", "haste", "--calibration-images", 60, "--mask-images", 60,
        "--mask", "auto:operations=0.001,method=haste", "-o", tmp_path / "it",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    program = load_program(tmp_path / "it")
    assert "haste" in {node.method for node in program.convs} <= {"exact", "haste"}
    cost = program_cost(program)
    assert cost.operations_program < cost.operations_exact
    assert program.meta["mask_goal"] == "auto:operations=0.001,method=haste"


def test_a_mask_by_additions(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab(
        "compile", model, "--calibration-images", 60, "--mask-images", 60,
        "--mask", "auto:additions=1.1x", "-o", tmp_path / "it",
    )  # fmt: skip
    assert outcome.status == 0
    program = load_program(tmp_path / "it")
    assert {node.method for node in program.convs} == {"dyadic"}
    cost = program_cost(program)
    assert 0.6 * cost.operations_exact < cost.additions <= 1.1 * cost.operations_exact


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--mask", "auto:speed=2"], "'speed=2' is no goal"),
        (["--mask", "auto:operations=x"], "operations must be a number, not 'x'"),
        (["--mask", "auto:accuracy=1.5"], "at most 1"),
        (["--mask", "auto:operations=0.99"], "every layer as tables removes"),
        (["--mask", "auto:bytes=10"], "the smallest tables tried take"),
        (["--mask", "auto:operations=0.9,method=haste"], "no haste layers remove 90.0%"),
        (["--mask", "auto:additions=10"], "10 additions are too few for this network"),
        (["--mask", "dyadic", "--terms", "0"], "1 to 4 terms, not 0"),
        (["--mask", "dyadic", "--additions", "-1"], "-1.0 additions for each weight cannot be met"),
        (["--mask", "dyadic", "--additions-over", "network"], "such as --additions 1.4"),
        (["--mask", "haste", "--hyperplanes", "0"], "1 to 32 hyperplanes, not 0"),
        (["--mask", "haste", "--patch", "65"], "along each side, not 65"),
        (["--mask", "haste", "--hyperplane-zeros", "1"], "below 1, not 1"),
        (["--mask", "auto:operations=0.5", "--calibration-images", "100000"], "fewer to calibrate"),
        (["--encoder", "tree", "--recipe", "tabconv"], "from 2 to 4096"),
        (["--subspaces", "2", "--prototypes", "32768", "--encoder", "nearest"], "to 16384"),
    ],
)
def test_what_cannot_be_done(
    refusal, model: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    assert words in refusal("compile", model, *arguments, "-o", tmp_path / "program")
    assert not (tmp_path / "program").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--recipe", "tabconv", "--mask", "dyadic"), "--recipe tabconv is for table layers"),
        (("--recipe", "dyadic", "--mask", "exact"), "--recipe dyadic is for dyadic layers"),
        (("--recipe", "dyadic", "--mask", "auto:operations=0.4"), "only exact and table ones"),
        (("--recipe", "haste", "--mask", "exact"), "--recipe haste is for haste layers"),
        (("--mask", "exact", "--hyperplanes", 4), "--hyperplanes is a setting of haste"),
        (("--mask", "auto:additions=1.4x", "--prototypes", 4), "--prototypes is a setting of"),
        (("--mask", "auto:operations=0.4", "--terms", 2), "--terms is a setting of dyadic"),
    ],
)
def test_recipes_and_settings_of_methods_that_no_layer_can_have(
    refusal, model: Path, tmp_path: Path, options, message: str
) -> None:
    few = ("--calibration-images", 60, "-o", tmp_path / "p")
    assert message in refusal("compile", model, *few, *options)


def test_unknown_recipe(tabfab, model: Path) -> None:
    outcome = tabfab("compile", model, "--recipe", "cake")
    assert outcome.status == 2
    assert "'cake'" in outcome.err
