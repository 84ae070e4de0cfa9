"""Whatever a program directory holds, it loads or is refused in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import struct
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import program as p
from tabfab.compiler.program.program_file import MANIFEST, TENSORS, load_program, save_program
from tabfab.sim.models import golden

from support.any_program import KINDS, Builder
from support.manifests import rewrite, rewrite_file, signed
from support.mutations import HOSTILE, damaged_bytes, damaged_json, refused
from support.resources import measure


def every_kind() -> p.Program:
    """A program with every kind of node, and both kinds of encoder."""
    for seed in count():
        builder = Builder(seed, (2, 6, 6))
        for kind in [*KINDS, "table_conv", "flatten", "argmax"]:
            builder.add(kind)
        encoders = {node.encoder.kind for node in builder.nodes if isinstance(node, p.TableConv)}
        if {node.kind for node in builder.nodes} == set(p.NODE_KINDS) and len(encoders) == 2:
            return p.Program(tuple(builder.nodes), ("a", "b"), {"seed": 1, "nested": {"a": [0.1]}})
    raise AssertionError


class Saved:
    """A good program's files, and a directory to damage them in."""

    def __init__(self, directory: Path) -> None:
        save_program(every_kind(), directory)
        self.directory = directory
        self.manifest = directory / MANIFEST
        self.files = {path.name: path.read_bytes() for path in directory.iterdir()}

    def restore(self) -> None:
        """Put right what was damaged."""
        for name, data in self.files.items():
            (self.directory / name).write_bytes(data)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return Saved(tmp_path_factory.mktemp("saved") / "program")


def check(directory: Path) -> None:
    """Refused, or a program that saves and runs."""
    if refused(lambda: load_program(directory)) is None:
        program = load_program(directory)
        channels, height, width = program.input.shape
        if channels * height * width <= 10_000:
            golden.run(program, np.zeros((1, height, width, channels), np.uint8))


@given(data=st.data())
def test_any_manifest(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    document = data.draw(damaged_json(json.loads(saved.files[MANIFEST])))
    saved.manifest.write_bytes(signed(document))
    check(saved.directory)


@pytest.mark.parametrize("document", HOSTILE, ids=lambda value: repr(value)[:30])
def test_any_value_for_a_manifest(document: object, saved: Saved) -> None:
    saved.restore()
    saved.manifest.write_bytes(signed(document))
    assert refused(lambda: load_program(saved.directory))


@given(data=st.data())
def test_any_damage(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    name = data.draw(st.sampled_from(sorted(saved.files)))
    (saved.directory / name).write_bytes(data.draw(damaged_bytes(saved.files[name])))
    check(saved.directory)


@given(data=st.data())
def test_any_damage_with_right_checksums(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    damaged = data.draw(damaged_bytes(saved.files[TENSORS]))
    rewrite_file(saved.manifest, TENSORS, damaged)
    check(saved.directory)


@given(data=st.data())
def test_any_tensors_header(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    (length,) = struct.unpack("<Q", saved.files[TENSORS][:8])
    header = data.draw(damaged_json(json.loads(saved.files[TENSORS][8 : 8 + length])))
    text = json.dumps(header).encode()
    damaged = struct.pack("<Q", len(text)) + text + saved.files[TENSORS][8 + length :]
    rewrite_file(saved.manifest, TENSORS, damaged)
    check(saved.directory)


@given(data=st.data())
def test_any_tensors(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    arrays = safetensors.numpy.load(saved.files[TENSORS])
    name = data.draw(st.sampled_from(sorted(arrays)))
    array = arrays[name]
    limits = np.iinfo(array.dtype)
    value = data.draw(st.sampled_from([limits.min, max(-1, limits.min), 0, 1, limits.max]))
    array.reshape(-1)[data.draw(st.integers(0, array.size - 1)) :] = value
    rewrite_file(saved.manifest, TENSORS, safetensors.numpy.save(arrays))
    check(saved.directory)


def load_all(*directories: str) -> None:
    """Load every directory, which must be refused, and say how it went on the last."""
    for directory in directories:
        assert refused(lambda directory=Path(directory): load_program(directory))  # type: ignore[misc]
    load_program(Path(directories[-1]))


def test_absurd_sizes_cost_nothing(saved: Saved, tmp_path: Path) -> None:
    """Headers that announce more than there is, and files that are larger than any network."""
    saved.restore()
    cases: list[Path] = []

    def case() -> Path:
        cases.append(shutil.copytree(saved.directory, tmp_path / str(len(cases))))
        return cases[-1] / MANIFEST

    for shape in ([2**28, 1, 1], [1, 2**31 - 1, 2**31 - 1], [10**9, 10**9, 10**9]):
        rewrite(case(), lambda document, shape=shape: document["nodes"][0].update(shape=shape))
    manifest = case()
    sparse = manifest.parent / "huge"
    sparse.touch()
    os.truncate(sparse, 1 << 40)
    record = {"bytes": 1 << 40, "sha256": "0" * 64}
    rewrite(manifest, lambda document: document["files"].update(huge=record))
    os.truncate(case(), 1 << 40)
    case().write_text('{"version": ' + "1" * 10_000_000 + "}")
    case().write_text('{"a":' * 1_000_000)
    (length,) = struct.unpack("<Q", saved.files[TENSORS][:8])
    header = saved.files[TENSORS][8 : 8 + length]
    for length in (2**20, 2**40, 2**63, 2**64 - 1):
        data = struct.pack("<Q", length) + header + saved.files[TENSORS][8 + len(header) :]
        rewrite_file(case(), TENSORS, data)
    wide = header.replace(b'"shape":[2]', b'"shape":[1000000000,1000000000]')
    assert wide != header
    rewrite_file(case(), TENSORS, struct.pack("<Q", len(wide)) + wide)

    def pad(document: Any) -> None:
        (pool,) = (node for node in document["nodes"] if node["kind"] == "max_pool")
        (height, width), (rows, columns) = (
            next(n for n in document["nodes"] if n["name"] == pool["inputs"][0])["shape"][1:],
            pool["shape"][1:],
        )
        pool["padding"] = [2**29, 2**29]
        pool["kernel"] = [height + 2**30 - rows + 1, width + 2**30 - columns + 1]
        pool["stride"], pool["dilation"], pool["overhang"] = [1, 1], [1, 1], [0, 0]

    rewrite(case(), pad)
    outcome = measure(__name__, "load_all", *cases)
    assert outcome.message is not None
    assert "pads its input" in outcome.message
    assert outcome.mebibytes < 300
    assert outcome.seconds < 10
