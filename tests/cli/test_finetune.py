"""`tabfab finetune`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.data import load
from tabfab.compiler.graph.float_file import has_graph
from tabfab.compiler.program import TableConv
from tabfab.compiler.program.program_file import MANIFEST, TENSORS, load_program

QUICK = (
    "--steps-per-layer", 2, "--joint-steps", 2, "--batch", 16, "--calibration-images", 100,
)  # fmt: skip


@pytest.fixture(scope="module")
def npz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some digits as files of one's own; every fifth image is for testing."""
    path = tmp_path_factory.mktemp("data") / "own.npz"
    digits = load("digits", "train")
    np.savez(path, images=digits.images[:300], labels=digits.labels[:300])
    return path


def test_from_a_model(tabfab, model: Path, tmp_path: Path) -> None:
    output = tmp_path / "program"
    outcome = tabfab("finetune", model, "--mask", "0,1,1", "--prototypes", 8, *QUICK, "-o", output)
    assert outcome.status == 0, outcome
    program = load_program(output)
    assert [conv.method for conv in program.convs] == ["exact", "table", "table"]
    assert program.meta["prototypes"] == 8
    assert program.classes == tuple("0123456789")
    assert has_graph(output)
    assert "of 500 images right" in outcome.out
    assert [path.name for path in tmp_path.iterdir() if "checkpoint" in path.name] == []


def test_layers_have_settings_of_their_own(tabfab, model: Path, tmp_path: Path) -> None:
    output = tmp_path / "program"
    own = (
        "--layer", "features.2.0:prototypes=4,table-bits=5", "--layer", "features.0.0:method=exact",
        "--exact-bits", 5,
    )  # fmt: skip
    outcome = tabfab("finetune", model, "--mask", "all", *own, "--argmax", *QUICK, "-o", output)
    assert outcome.status == 0, outcome
    assert load_program(output).output.kind == "argmax"
    assert np.abs(load_program(output).convs[0].weight).max() < 16
    tables = [conv for conv in load_program(output).convs if isinstance(conv, TableConv)]
    assert [conv.encoder.prototypes for conv in tables] == [4, 16]
    assert np.abs(tables[0].tables).max() < 16 <= np.abs(tables[1].tables).max()


def test_reports_the_integer_programs_accuracy(tabfab, model: Path, tmp_path: Path) -> None:
    output = tmp_path / "program"
    told = tabfab("finetune", model, "--mask", "0,1,0", *QUICK, "-o", output).out
    measured = tabfab("evaluate", output).out
    figures = [line for line in measured.splitlines() if "%" in line]
    assert "golden model" in figures[0]
    assert all(line in told.splitlines() for line in figures)


def test_from_a_program(tabfab, program: Path, tmp_path: Path) -> None:
    output = tmp_path / "tuned"
    outcome = tabfab("finetune", program, *QUICK, "-o", output)
    assert outcome.status == 0, outcome
    before, after = load_program(program), load_program(output)
    for one, other in zip(before.convs, after.convs, strict=True):
        assert (one.method, one.name) == (other.method, other.name)
    assert after.meta["data"] == before.meta["data"]
    assert tabfab("verilog", output, "-o", tmp_path / "build").status == 0


def test_the_test_images_are_never_trained_on(tabfab, model: Path, npz: Path, tmp_path) -> None:
    with np.load(npz) as own:
        images, labels = own["images"], own["labels"]
    train = load(str(npz), "train")
    seen = {image.tobytes() for image in train.images}
    test = np.array([image.tobytes() not in seen for image in images])
    assert test.any()
    other = tmp_path / "other.npz"
    np.savez(other, images=np.where(test[:, None, None, None], 255 - images, images), labels=labels)
    written = []
    for data in (npz, other):
        output = tmp_path / data.stem
        outcome = tabfab("finetune", model, "--data", data, "--mask", "0,1,1", *QUICK, "-o", output)
        assert outcome.status == 0, outcome
        written.append((output / TENSORS).read_bytes())
    assert written[0] == written[1]


def test_same_seed_gives_the_same_bytes(tabfab, model: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        tabfab("finetune", model, "--mask", "0,1,0", *QUICK, "--seed", seed, "-o", tmp_path / name)
    first, second, other = (tmp_path / name for name in "abc")
    for name in (MANIFEST, TENSORS):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert (first / TENSORS).read_bytes() != (other / TENSORS).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--mask", "0,1"], "3 maskable layers"),
        (["--mask", "some"], "the name of a method"),
        (["--prototypes", "12"], "power of two"),
        (["--layer", "nosuch:prototypes=4"], "no layer is called 'nosuch'"),
        (["--layer", "nosuch"], "NAME:SETTING=VALUE"),
        (["--batch", "1"], "at least 2 images"),
        (["--learning-rate", "0"], "above zero"),
        (["--label-weight", "2"], "0..1"),
        (["--device", "abacus"], "abacus"),
        (["--data", "nowhere.npz"], "nowhere.npz"),
        (["--mask", "auto:bytes=4x"], "fine-tuning searches no mask"),
        (["--subspaces", "2", "--subspace-length", "4"], "contradict each other"),
        (["--temperature", "0"], "temperature must be above zero"),
    ],
)
def test_bad_options(
    refusal, model: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    assert words in refusal("finetune", model, *arguments, "-o", tmp_path / "program")
    assert not list(tmp_path.iterdir())


def test_bad_sources(refusal, program: Path, tmp_path: Path) -> None:
    common = ("-o", tmp_path / "out")
    assert "nowhere.pt2" in refusal("finetune", "nowhere.pt2", *common)
    assert "leave --prototypes away" in refusal("finetune", program, "--prototypes", 8, *common)
    assert "leave --exact-bits away" in refusal("finetune", program, "--exact-bits", 4, *common)
    assert "leave --mask away" in refusal("finetune", program, "--mask", "all", *common)
    assert "leave --layer away" in refusal(
        "finetune", program, "--layer", "linear:prototypes=4", *common
    )
    assert "tabfab program" in refusal("finetune", tmp_path, *common)


def test_a_damaged_checkpoint_is_refused(refusal, model: Path, tmp_path: Path) -> None:
    checkpoint = tmp_path / "program.checkpoint"
    checkpoint.write_bytes(b"no checkpoint")
    message = refusal("finetune", model, "--mask", "0,1,0", *QUICK, "-o", tmp_path / "program")
    assert "program.checkpoint" in message
    assert "delete it" in message
