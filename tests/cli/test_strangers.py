"""A model or a program from a stranger runs nothing, whatever is done with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from tabfab.compiler.graph import float_file
from tabfab.compiler.program.program_file import FLOAT_MODEL, MANIFEST, TENSORS

from support.manifests import rewrite, rewrite_file
from support.pt2 import CONSTANTS, MODEL, WEIGHTS, Parts, nodes


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """A file that appears if the code in a stranger's file is run."""
    return tmp_path / "was-run"


@pytest.fixture(params=["name", "operator"])
def evil(request: pytest.FixtureRequest, model: Path, trace: Path, tmp_path: Path) -> Path:
    """The model, with a name or an operator that torch would run."""
    parts, path = Parts(model), tmp_path / "evil.pt2"
    if request.param == "operator":

        def change(document: object) -> None:
            command = {"name": "", "arg": {"as_string": f"touch {trace}"}, "kind": 1}
            nodes(document)[0].update(target="torch.os.system", inputs=[command])

        return parts.changed(path, change)
    name = f'classifier" if getattr(__import__("os"),"system")("touch {trace}") else "classifier'
    quoted = name.replace('"', '\\"').encode()
    return parts.write(
        path,
        {n: parts.members[n].replace(b"classifier", quoted) for n in (MODEL, WEIGHTS, CONSTANTS)},
    )


def test_a_model(refusal, evil: Path, trace: Path, tmp_path: Path) -> None:
    for verb in ("compile", "finetune"):
        assert str(evil) in refusal(verb, evil, "--mask", "none", "-o", tmp_path / "out")
    assert not trace.exists()
    assert not (tmp_path / "out").exists()


def test_an_earlier_program_with_such_a_model(
    refusal, evil: Path, program: Path, trace: Path, tmp_path: Path
) -> None:
    old = shutil.copytree(program, tmp_path / "old")
    for name in (float_file.MANIFEST, float_file.TENSORS):
        (old / name).unlink()
    rewrite(old / MANIFEST, lambda document: document["files"].clear())
    rewrite_file(old / MANIFEST, TENSORS, (program / TENSORS).read_bytes())
    rewrite_file(old / MANIFEST, FLOAT_MODEL, evil.read_bytes())
    assert FLOAT_MODEL in refusal("evaluate", old)
    assert FLOAT_MODEL in refusal("finetune", old, "-o", tmp_path / "out")
    assert not trace.exists()


NAMES = [
    "__import__('os').system('touch {0}')",
    '"; $system("touch {0}"); //',
    "$(touch {0})",
    "`touch {0}`",
    "x; touch {0}",
    "../../{0}",
    "\\end {0}",
    "[red]{0}[/red]",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_program_whose_names_are_code(
    tabfab, small_program: Path, trace: Path, tmp_path: Path, name: str
) -> None:
    """Nodes, tensors, classes and settings: they may be told, but not run."""
    evil = shutil.copytree(small_program, tmp_path / "evil")
    text = name.format(trace)
    arrays = safetensors.numpy.load((evil / TENSORS).read_bytes())
    renamed = {key.replace("classifier", text): value for key, value in arrays.items()}

    def rename(document: Any) -> None:
        quoted = json.dumps(document["nodes"]).replace("classifier", json.dumps(text)[1:-1])
        document["nodes"] = json.loads(quoted)
        document["classes"] = [text] * len(document["classes"])
        document["meta"].update(recipe=text, model={text: text})

    rewrite(evil / MANIFEST, rename)
    rewrite_file(evil / MANIFEST, TENSORS, safetensors.numpy.save(renamed))
    for arguments in (
        ("info", evil),
        ("evaluate", evil, "--data", "digits", "--images", 20, "--confusion"),
        ("plan", evil, "--device", "ecp5-85k"),
        ("verilog", evil, "-o", tmp_path / "build"),
    ):
        assert tabfab(*arguments).status in (0, 1)
    assert not trace.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) in (["build", "evil"], ["evil"])


def test_a_data_set_with_pickled_arrays(
    refusal, program: Path, trace: Path, tmp_path: Path
) -> None:
    class Runs:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
            return Path.touch, (trace,)

    objects = np.array([Runs()], dtype=object)
    good = {"images": np.zeros((20, 8, 8), np.uint8), "labels": np.arange(20) % 2}
    for name in ("images", "labels", "classes", "more"):
        np.savez(tmp_path / "own.npz", **{**good, name: objects})
        refusal("evaluate", program, "--data", tmp_path / "own.npz")
    assert not trace.exists()
