"""Fine-tuning calibrates with as many images as the program that it starts from was."""

from __future__ import annotations

from pathlib import Path

from tabfab.compiler.program.program_file import load_program

from support.manifests import rewrite

_FEW = ("--steps-per-layer", 1, "--joint-steps", 0)


def images(program: Path) -> object:
    return load_program(program).meta["calibration_images"]


def test_a_program_remembers_them(tabfab, program: Path, tmp_path: Path) -> None:
    assert images(program) == 200
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    assert tabfab("finetune", program, *_FEW, "-o", first).status == 0
    assert tabfab("finetune", first, *_FEW, "-o", second).status == 0
    assert (images(first), images(second)) == (200, 200)
    other = ("--calibration-images", 100)
    assert tabfab("finetune", first, *_FEW, *other, "-o", third).status == 0
    assert images(third) == 100


def test_what_is_no_number_is_refused(refusal, program: Path, tmp_path: Path) -> None:
    import shutil

    copy = shutil.copytree(program, tmp_path / "copy")
    rewrite(copy / "program.json", lambda d: d["meta"].update(calibration_images="many"))
    message = refusal("finetune", copy, *_FEW, "-o", tmp_path / "out")
    assert "calibrated with 'many' images" in message
