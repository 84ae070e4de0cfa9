"""Programs that earlier formats wrote are read, and mean what they meant."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from tabfab.compiler import program as p
from tabfab.compiler.program.program_file import (
    MANIFEST,
    TENSORS,
    VERSION,
    load_program,
    save_program,
)
from tabfab.compiler.store.manifest import FileRecord
from tabfab.sim.models import golden

from support.manifests import rewrite, signed

IMAGE: dict[str, Any] = {
    "kind": "input",
    "name": "image",
    "inputs": [],
    "shape": [1, 1, 2],
    "type": "uint8",
    "scale": 0.00392156862745098,
    "zero": {"dtype": "int16", "shape": [1], "tensor": "image/zero"},
}
TABLE: dict[str, Any] = {
    "kind": "table_conv",
    "name": "conv",
    "inputs": ["image"],
    "shape": [2, 1, 2],
    "type": "uint8",
    "scale": 1.0,
    "low": 0,
    "high": 255,
    "kernel": [1, 1],
    "stride": [1, 1],
    "padding": [0, 0],
    "groups": 1,
    "dropped_taps": 0,
    "similarity": "nan",
    "accumulator": [-134, 54],
    "bias": {"dtype": "int32", "shape": [2], "tensor": "conv/bias"},
    "shift": {"dtype": "int8", "shape": [2], "tensor": "conv/shift"},
    "layout": "pixel",
    "encoder": {
        "kind": "tree",
        "length": 1,
        "dimensions": {"dtype": "int16", "shape": [1, 1], "tensor": "conv/encoder/dimensions"},
        "thresholds": {"dtype": "int16", "shape": [1, 1], "tensor": "conv/encoder/thresholds"},
        "leaf_codes": None,
    },
    "tables": {"dtype": "int8", "shape": [1, 1, 2, 2], "tensor": "conv/tables"},
}
FLAT: dict[str, Any] = {
    "kind": "flatten",
    "name": "flat",
    "inputs": ["conv"],
    "shape": [4, 1, 1],
    "type": "uint8",
    "scale": 1.0,
}
EXACT: dict[str, Any] = {
    "kind": "exact_conv",
    "name": "fc",
    "inputs": ["flat"],
    "shape": [2, 1, 1],
    "type": "int8",
    "scale": 1.0,
    "low": -128,
    "high": 127,
    "kernel": [1, 1],
    "stride": [1, 1],
    "padding": [0, 0],
    "groups": 1,
    "dropped_taps": 0,
    "similarity": "nan",
    "accumulator": [-3315, 3315],
    "bias": {"dtype": "int32", "shape": [2], "tensor": "fc/bias"},
    "shift": {"dtype": "int8", "shape": [2], "tensor": "fc/shift"},
    "weight": {"dtype": "int8", "shape": [2, 4, 1, 1], "tensor": "fc/weight"},
}
ARGMAX: dict[str, Any] = {
    "kind": "argmax",
    "name": "argmax",
    "inputs": ["fc"],
    "shape": [1, 1, 1],
    "type": "uint8",
    "scale": 1.0,
}
OLD: dict[str, Any] = {
    "format": "tabfab program",
    "version": 2,
    "checksum": "bb125d882fd4981f619345c897a8f499a3990fdc9451f723340dd170b4bf8d82",
    "files": {
        TENSORS: {
            "bytes": 654,
            "sha256": "eb1102e59c88ee7d676df4cd6e4334c60b8b0dba0d051630395deefc8e72e5e1",
        }
    },
    "classes": ["no", "yes"],
    "meta": {"mask": [1, 0], "prototypes": 2, "seed": 0},
    "nodes": [IMAGE, TABLE, FLAT, EXACT, ARGMAX],
}
"""What a tabfab whose newest format was 2 wrote, with the checksums that it wrote."""

ARRAYS: dict[str, np.ndarray[Any, Any]] = {
    "image/zero": np.array([0], np.int16),
    "conv/bias": np.array([8, -8], np.int32),
    "conv/shift": np.array([1, 2], np.int8),
    "conv/encoder/dimensions": np.array([[0]], np.int16),
    "conv/encoder/thresholds": np.array([[100]], np.int16),
    "conv/tables": np.array([[[[-5, 60], [7, -128]]]], np.int8),
    "fc/bias": np.array([1, -1], np.int32),
    "fc/shift": np.array([9, 9], np.int8),
    "fc/weight": np.arange(1, 9, dtype=np.int8).reshape(2, 4, 1, 1)
    * np.array([1, -1, 1, -1], np.int8).reshape(1, 4, 1, 1),
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    directory = tmp_path / "old"
    directory.mkdir()
    text = json.dumps(OLD, indent=1, sort_keys=True) + "\n"
    (directory / MANIFEST).write_text(text)
    (directory / TENSORS).write_bytes(safetensors.numpy.save(ARRAYS))
    return directory


def test_the_second_format(old: Path) -> None:
    """The checksums are what was written then: not one byte is of today."""
    program = load_program(old)
    assert program.meta == {"methods": ["table", "exact"], "prototypes": 2, "seed": 0}
    assert [node.method for node in program.convs] == program.meta["methods"]
    assert program.classes == ("no", "yes")
    # Pixels of up to 100 have code 0: (-5 + 8 + 1) >> 1 and (60 - 8 + 2) >> 2; above, code 1:
    # (7 + 8 + 1) >> 1 and, clamped, (-128 - 8 + 2) >> 2.
    values = golden.run(program, np.array([[[[100], [101]]]], np.uint8))
    np.testing.assert_array_equal(values["conv"], [[[[2, 13], [8, 0]]]])
    scores = np.array([[1, -2, 3, -4], [5, -6, 7, -8]]) @ [2, 13, 8, 0]
    expected = (scores + [1, -1] + 256) >> 9
    np.testing.assert_array_equal(values["fc"].reshape(-1), expected)


def test_written_again_it_has_todays_format(old: Path, tmp_path: Path) -> None:
    program = load_program(old)
    save_program(program, tmp_path / "new")
    document = json.loads((tmp_path / "new" / MANIFEST).read_text())
    assert document["version"] == VERSION == 3
    assert document["meta"] == program.meta
    since = {"overhang": [0, 0], "dilation": [1, 1], "subtracts": False, "multiplier": None}
    for new, before in zip(document["nodes"], OLD["nodes"], strict=True):
        added = {name: value for name, value in new.items() if name not in before}
        assert added == {name: since[name] for name in added}
        assert {name: new[name] for name in before} == before
    assert (tmp_path / "new" / TENSORS).read_bytes() == (old / TENSORS).read_bytes()


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("mask", ["all", [0, 2], [True, False], None, [1, [0]]])
def test_what_users_put_into_old_programs_is_theirs(old: Path, version: int, mask: object) -> None:
    """Only the compiler's own mask is translated: a program made by hand may call anything so."""
    changed = {**OLD, "version": version, "meta": {"mask": mask}}
    (old / MANIFEST).write_bytes(signed(changed))
    assert load_program(old).meta == {"mask": mask}


def test_todays_programs_may_have_a_mask_of_their_own(tmp_path: Path, old: Path) -> None:
    program = dataclasses.replace(load_program(old), meta={"mask": [1, 0]})
    save_program(program, tmp_path / "new")
    assert load_program(tmp_path / "new").meta == {"mask": [1, 0]}


def test_leaf_codes_of_the_first_format(old: Path) -> None:
    """They had eight bits, as trees had no more than 256 prototypes."""
    name = "conv/encoder/leaf_codes"
    codes = np.array([[1, 0]], np.uint8)
    data = safetensors.numpy.save({**ARRAYS, name: codes})
    (old / TENSORS).write_bytes(data)

    def as_then(document: dict[str, Any]) -> None:
        document["version"] = 1
        table = document["nodes"][1]
        table["encoder"]["leaf_codes"] = {"dtype": "uint8", "shape": [1, 2], "tensor": name}
        document["files"][TENSORS] = FileRecord.of(old / TENSORS).__dict__

    rewrite(old / MANIFEST, as_then)
    program = load_program(old)
    assert program.meta["methods"] == ["table", "exact"]
    node = program["conv"]
    assert isinstance(node, p.TableConv)
    assert isinstance(node.encoder, p.TreeEncoder)
    assert node.encoder.leaf_codes is not None
    assert node.encoder.leaf_codes.dtype == np.uint16
    np.testing.assert_array_equal(node.encoder.leaf_codes, codes)
