"""A model or a program from a stranger runs nothing, whatever is done with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
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
