"""Programs on disk: exact round trips, and a clear refusal of everything that is not one."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import program as p
from tabfab.compiler.program.program_file import (
    MANIFEST,
    TENSORS,
    VERSION,
    float_model_path,
    load_program,
    save_program,
)

CHANNELS = 3
SIZE = 4


def _tree(rng: np.random.Generator, subspaces: int, prototypes: int, length: int) -> p.TreeEncoder:
    shape = (subspaces, prototypes - 1)
    return p.TreeEncoder(
        dimensions=rng.integers(0, length, shape, np.int16),
        thresholds=rng.integers(-200, 200, shape, np.int16),
        length=length,
    )


def _nearest(
    rng: np.random.Generator, subspaces: int, prototypes: int, length: int
) -> p.NearestEncoder:
    return p.NearestEncoder(
        points=rng.integers(-200, 200, (subspaces, prototypes, length), np.int16)
    )


def _conv_fields(rng: np.random.Generator, outputs: int) -> dict[str, Any]:
    return {
        "bias": rng.integers(-1000, 1000, outputs, np.int32),
        "shift": rng.integers(0, 25, outputs, np.int8),
        "low": 0,
        "high": 127,
        "type": p.INT8,
        "scale": float(rng.random()),
        "similarity": float(rng.choice([math.nan, rng.random()])),
    }


def make_program(
    seed: int = 0,
    layout: p.Layout = "pixel",
    prototypes: int = 4,
    length: int = 2,
    nearest: bool = False,
    name: str = "features.0",
) -> p.Program:
    """A small program with a node of every kind and random contents."""
    rng = np.random.default_rng(seed)
    source = p.Input(
        name="image",
        inputs=(),
        shape=(CHANNELS, SIZE, SIZE),
        type=p.UINT8,
        zero=rng.integers(0, 256, CHANNELS, np.int16),
    )
    outputs = int(rng.integers(1, 6))
    subspaces = p.subspaces_per_group(CHANNELS, 9, length, layout)
    encoder = (_nearest if nearest else _tree)(rng, subspaces, prototypes, length)
    taps = 9 if layout == "pixel" else 1
    table = p.with_bounds(
        p.TableConv(
            name=name,
            inputs=("image",),
            shape=(outputs, SIZE, SIZE),
            kernel=(3, 3),
            padding=(1, 1),
            layout=layout,
            encoder=encoder,
            tables=rng.integers(-128, 128, (subspaces, taps, prototypes, outputs), np.int8),
            **_conv_fields(rng, outputs),
        ),
        source.type,
    )
    exact = p.with_bounds(
        p.ExactConv(
            name="exact",
            inputs=(name,),
            shape=(outputs, SIZE, SIZE),
            kernel=(1, 1),
            groups=outputs,
            weight=rng.integers(-128, 128, (outputs, 1, 1, 1), np.int8),
            **_conv_fields(rng, outputs),
        ),
        table.type,
    )
    after: dict[str, Any] = {"type": p.INT8}
    half = (outputs, SIZE // 2, SIZE // 2)
    quarter = (outputs, SIZE // 4, SIZE // 4)
    window = {"kernel": (2, 2), "stride": (2, 2)}
    clamp = {"low": -3, "high": 7}
    return p.Program(
        (
            source,
            table,
            exact,
            p.Add(
                name="add", inputs=(name, "exact"), shape=exact.shape, left=(1, 0), shift=2,
                **clamp, **after,
            ),
            p.Clamp(name="clamp", inputs=("add",), shape=exact.shape, **clamp, **after),
            p.MaxPool(name="max", inputs=("clamp",), shape=half, **window, **after),
            p.AveragePool(
                name="mean", inputs=("max",), shape=quarter, shift=2, **window, **clamp, **after
            ),
            p.SlicePad(
                name="pad", inputs=("mean",), shape=(outputs + 3, 1, 1), step=(2, 2),
                channels=(1, 2), **after,
            ),
            p.Flatten(name="flat", inputs=("pad",), shape=(outputs + 3, 1, 1), **after),
            p.Argmax(name="class", inputs=("flat",), shape=(1, 1, 1), type=p.UINT8),
        ),
        classes=tuple(f"class {i} é" for i in range(outputs + 3)),
        meta={"seed": seed, "mask": [1, 0], "nested": {"b": None, "a": 0.1}},
    )  # fmt: skip


def assert_same(one: Any, other: Any) -> None:
    """Equality of programs, nodes, encoders and their arrays, types and dtypes included."""
    assert type(one) is type(other)
    if dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_same(a, b)
    else:
        assert one == other or (math.isnan(one) and math.isnan(other))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved program with an extra file; tests that change it copy it first."""
    directory = tmp_path_factory.mktemp("saved")
    extra = directory / "model.pt2"
    extra.write_bytes(b"the float model")
    save_program(make_program(), directory / "program", {"float.pt2": extra})
    return directory / "program"


@pytest.fixture
def copy(saved: Path, tmp_path: Path) -> Path:
    return shutil.copytree(saved, tmp_path / "program")


def rewrite(directory: Path, change: Any) -> None:
    """Apply `change` to the manifest's object and store it with a right checksum."""
    path = directory / MANIFEST
    document = json.loads(path.read_text())
    change(document)
    document["checksum"] = ""
    text = json.dumps(document, indent=1, sort_keys=True) + "\n"
    checksum = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(text.replace('"checksum": ""', f'"checksum": "{checksum}"', 1))


def rewrite_tensors(directory: Path, change: Any) -> None:
    """Apply `change` to the tensors and store them with the right checksums."""
    path = directory / TENSORS
    arrays = safetensors.numpy.load(path.read_bytes())
    change(arrays)
    data = safetensors.numpy.save(arrays)
    path.write_bytes(data)
    record = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    rewrite(directory, lambda document: document["files"].update({TENSORS: record}))


def refusal(directory: Path) -> str:
    """The one-line message with which `directory` is refused."""
    with pytest.raises(p.ProgramError) as caught:
        load_program(directory)
    message = str(caught.value)
    assert "\n" not in message
    return message


@given(
    seed=st.integers(0, 2**32 - 1),
    layout=st.sampled_from(["pixel", "patch"]),
    prototypes=st.sampled_from([2, 4, 16, 256]),
    length=st.integers(1, 9),
    nearest=st.booleans(),
    name=st.text(min_size=1, max_size=8),
)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    layout: p.Layout,
    prototypes: int,
    length: int,
    nearest: bool,
    name: str,
) -> None:
    name = "conv" + name.encode("utf-8", "replace").decode()
    program = make_program(seed, layout, prototypes, length, nearest, name)
    directory = tmp_path_factory.mktemp("round") / "program"
    save_program(program, directory)
    assert_same(load_program(directory), program)
    shutil.rmtree(directory.parent)


def test_same_program_gives_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_program(make_program(5), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_extra_file_is_kept(saved: Path) -> None:
    path = float_model_path(saved)
    assert path is not None
    assert path.read_bytes() == b"the float model"


@pytest.mark.parametrize("name", [MANIFEST, TENSORS, "float.pt2"])
def test_every_changed_byte_is_noticed(copy: Path, name: str) -> None:
    data = (copy / name).read_bytes()
    rng = np.random.default_rng(0)
    for place in range(0, len(data), max(1, len(data) // 300)):
        changed = bytearray(data)
        changed[place] ^= int(rng.integers(1, 256))
        (copy / name).write_bytes(changed)
        refusal(copy)
    (copy / name).write_bytes(data)
    load_program(copy)


@pytest.mark.parametrize("name", [MANIFEST, TENSORS, "float.pt2"])
def test_every_truncation_is_noticed(copy: Path, name: str) -> None:
    data = (copy / name).read_bytes()
    for length in range(0, len(data), max(1, len(data) // 100)):
        (copy / name).write_bytes(data[:length])
        refusal(copy)
    (copy / name).write_bytes(data + b"\n")
    assert name in refusal(copy)


@pytest.mark.parametrize("name", [TENSORS, "float.pt2"])
def test_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert f"{name} is missing" in refusal(copy)


def test_missing_directory(tmp_path: Path) -> None:
    assert "does not hold a tabfab program" in refusal(tmp_path / "nowhere")
    assert "does not hold a tabfab program" in refusal(tmp_path)


def test_newer_format(copy: Path) -> None:
    rewrite(copy, lambda document: document.update(version=VERSION + 1, surprise=1))
    message = refusal(copy)
    assert "newer tabfab" in message
    assert f"format {VERSION + 1}" in message
    assert "upgrade" in message


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("format",), "a recipe", "not a tabfab program"),
        (("version",), "1", "format number"),
        (("version",), True, "format number"),
        (("files",), {}, "does not list"),
        (("files", "../secret"), {"bytes": 1, "sha256": ""}, "lies elsewhere"),
        (("nodes",), {}, "lacks its nodes"),
        (("nodes",), [], "starts with its input"),
        (("classes",), [1], "class names"),
        (("nodes", 1), 7, "must be a JSON object"),
        (("nodes", 1, "kind"), "teleport", "teleport"),
        (("nodes", 1, "colour"), "red", "colour"),
        (("nodes", 1, "name"), 3, "without a name"),
        (("nodes", 1, "inputs"), "image", "must be a list"),
        (("nodes", 1, "inputs"), ["nobody"], "nobody"),
        (("nodes", 1, "inputs"), ["image", "image"], "takes 1 inputs"),
        (("nodes", 1, "shape"), [1, 4], "3 values"),
        (("nodes", 1, "shape"), [1, 4, 4.0], "an integer"),
        (("nodes", 1, "shape"), [1, 4, 10**18], "53 bits"),
        (("nodes", 0, "shape"), [3, 10**6, 10**6], "elements"),
        (("nodes", 1, "groups"), 0, "groups"),
        (("nodes", 1, "type"), "float16", "such as 'uint8'"),
        (("nodes", 1, "type"), "uint99", "2 to 8 bits"),
        (("nodes", 1, "layout"), "spiral", "pixel, patch"),
        (("nodes", 1, "scale"), "big", "a number"),
        (("nodes", 1, "accumulator"), [0, 1], "accumulator bounds"),
        (("nodes", 1, "encoder", "kind"), "forest", "forest"),
        (("nodes", 1, "encoder", "length"), 0, "at least 1"),
        (("nodes", 1, "encoder", "length"), 100, "subspaces"),
        (("nodes", 1, "tables"), [1, 2], "refers to the tensor"),
        (("nodes", 1, "tables", "tensor"), "exact/weight", "instead of"),
        (("nodes", 1, "tables", "dtype"), "int16", "dtype"),
        (("nodes", 1, "tables", "shape"), [1], "shape"),
        (("nodes", 3, "left"), [-1, 0], "shifts"),
        (("nodes", 7, "step"), [0, 1], "step"),
    ],
)
def test_wrong_contents(copy: Path, place: tuple[Any, ...], value: Any, words: str) -> None:
    def change(document: Any) -> None:
        for key in place[:-1]:
            document = document[key]
        document[place[-1]] = value

    rewrite(copy, change)
    assert words in refusal(copy)


def test_missing_field(copy: Path) -> None:
    rewrite(copy, lambda document: document["nodes"][1].pop("tables"))
    assert "has no field 'tables'" in refusal(copy)


def test_deeply_nested_manifest(copy: Path) -> None:
    (copy / MANIFEST).write_text("[" * 100_000)
    assert "truncated or damaged" in refusal(copy)


def test_wrong_tensors(saved: Path, tmp_path: Path) -> None:
    def case(name: str, change: Any) -> str:
        directory = shutil.copytree(saved, tmp_path / name)
        rewrite_tensors(directory, change)
        return refusal(directory)

    tables = "features.0/tables"
    assert "int16 instead of int8" in case(
        "dtype", lambda arrays: arrays.update({tables: arrays[tables].astype(np.int16)})
    )
    assert "shape" in case("shape", lambda arrays: arrays.update({tables: arrays[tables][:1]}))
    assert tables in case("lost", lambda arrays: arrays.pop(tables))
    assert "'stray'" in case("stray", lambda arrays: arrays.update(stray=np.zeros(1, np.int8)))
    assert "accumulator bounds" in case(
        "bounds", lambda arrays: arrays.update({tables: arrays[tables] // 2})
    )


def test_unprovable_bounds_are_not_saved(tmp_path: Path) -> None:
    program = make_program()
    loose = dataclasses.replace(program["exact"], accumulator=(-(1 << 20), 1 << 20))
    nodes = tuple(loose if node.name == "exact" else node for node in program)
    with pytest.raises(p.ProgramError, match="accumulator bounds"):
        save_program(dataclasses.replace(program, nodes=nodes), tmp_path / "program")
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("value", [math.nan, {1, 2}, np.float32(1)])
def test_meta_must_be_json(tmp_path: Path, value: object) -> None:
    program = dataclasses.replace(make_program(), meta={"value": value})
    with pytest.raises(p.ProgramError, match="JSON values only"):
        save_program(program, tmp_path / "program")


def test_wrong_dtype_is_not_saved(tmp_path: Path) -> None:
    program = make_program()
    wide = dataclasses.replace(program["exact"], bias=program["exact"].bias.astype(np.int64))
    nodes = tuple(wide if node.name == "exact" else node for node in program)
    with pytest.raises(p.ProgramError, match="exact/bias has dtype int64 instead of int32"):
        save_program(dataclasses.replace(program, nodes=nodes), tmp_path / "program")
