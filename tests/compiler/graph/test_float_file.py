"""The float network that a program keeps: it comes back the same, or is refused in one sentence."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.graph import Graph, float_graph
from tabfab.compiler.graph.float_file import (
    MANIFEST,
    TENSORS,
    GraphFileError,
    has_graph,
    load_graph,
    write_graph,
)

from support.graphs import GraphSketch, chain, images_for, residual
from support.manifests import rewrite, rewrite_file, signed
from support.mutations import HOSTILE, damaged_bytes, damaged_json, refused
from support.resources import measure


def every_kind() -> Graph:
    """A network of every kind of layer."""
    from tabfab.compiler import graph as g

    sketch = GraphSketch((2, 8, 8)).conv("stem", 4).conv("other", 4, relu=False).add("sum", "stem")
    sketch.pool(g.MaxPool, "max", 2)
    slice_pad = g.SlicePad(
        name="slice", inputs=("max",), shape=(6, 2, 2), step=(2, 2), channels=(1, 1)
    )
    clamp = g.Clamp(name="clamp", inputs=("slice",), shape=(6, 2, 2), low=-0.5, high=0.5)
    slopes = np.linspace(-0.5, 0.5, 6)[None]
    function = g.Activation(
        name="function", inputs=("clamp",), shape=(6, 2, 2), function="leaky_relu",
        parameters=slopes, after=np.array([[2.0], [0.5]]),
    )  # fmt: skip
    sketch.layers += [slice_pad, clamp, function]
    return sketch.pool(g.AveragePool, "mean", 2).flatten().conv("last", 3, kernel=1).graph()


@pytest.fixture(params=[chain, residual, every_kind])
def network(request: pytest.FixtureRequest) -> Graph:
    made: Graph = request.param()
    return made


def test_a_network_comes_back_as_it_was(network: Graph, tmp_path: Path) -> None:
    assert not has_graph(tmp_path)
    write_graph(network, tmp_path)
    assert has_graph(tmp_path)
    loaded = load_graph(tmp_path)
    for before, after in zip(network, loaded, strict=True):
        assert type(before) is type(after)
        for field in dataclasses.fields(before):
            np.testing.assert_array_equal(
                getattr(before, field.name), getattr(after, field.name), strict=True
            )
    images = images_for(network, 5)
    np.testing.assert_array_equal(
        float_graph.answers(loaded, images), float_graph.answers(network, images)
    )


def test_the_same_network_gives_the_same_bytes(network: Graph, tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_graph(network, tmp_path / name)
        contents.append([(tmp_path / name / f).read_bytes() for f in (MANIFEST, TENSORS)])
    assert contents[0] == contents[1]


class Saved:
    """A good directory, to be damaged and restored."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        write_graph(every_kind(), directory)
        self.files = {path.name: path.read_bytes() for path in directory.iterdir()}
        self.document = json.loads(self.files[MANIFEST])

    def restore(self) -> None:
        for name, data in self.files.items():
            (self.directory / name).write_bytes(data)

    def check(self) -> None:
        """What loads must run, too."""

        def load_and_run() -> None:
            network = load_graph(self.directory)
            if np.prod(network.input.shape) < 10_000:
                float_graph.answers(network, images_for(network, 2))

        refused(load_and_run)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return Saved(tmp_path_factory.mktemp("network"))


@given(data=st.data())
def test_any_manifest(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    document = data.draw(damaged_json(saved.document))
    (saved.directory / MANIFEST).write_bytes(signed(document))
    saved.check()


@pytest.mark.parametrize("layers", HOSTILE, ids=range(len(HOSTILE)))
def test_any_value_for_the_layers(layers: object, saved: Saved) -> None:
    saved.restore()
    (saved.directory / MANIFEST).write_bytes(signed({**saved.document, "layers": layers}))
    with pytest.raises(GraphFileError):
        load_graph(saved.directory)


@given(data=st.data())
def test_any_damage(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    name = data.draw(st.sampled_from([MANIFEST, TENSORS]))
    damaged = data.draw(damaged_bytes(saved.files[name]))
    (saved.directory / name).write_bytes(damaged)
    if damaged != saved.files[name]:
        with pytest.raises(GraphFileError):
            load_graph(saved.directory)


@given(data=st.data())
def test_any_damage_with_right_checksums(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    rewrite_file(
        saved.directory / MANIFEST, TENSORS, data.draw(damaged_bytes(saved.files[TENSORS]))
    )
    saved.check()


def change_layer(name: str, /, **fields: object) -> Any:
    def change(document: Any) -> None:
        layer = next(layer for layer in document["layers"] if layer["name"] == name)
        layer.update(fields)

    return change


def swap(document: Any) -> None:
    document["layers"].reverse()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (change_layer("stem", kind="conv2"), "has kind 'conv2'"),
        (change_layer("stem", stride=[0, 1]), "has the shape"),
        (change_layer("stem", padding=[2**40, 2**40]), "has a padding of"),
        (change_layer("stem", groups=3), "does not fit what it reads"),
        (change_layer("stem", low="nan"), "a clamp that is no number"),
        (change_layer("stem", shape=[4, 8, 9]), "says that its shape is"),
        (change_layer("stem", inputs=["sum"]), "which does not come before it"),
        (change_layer("stem", inputs=[]), "the first layer, and no other"),
        (change_layer("stem", name="other"), "two layers are named 'other'"),
        (change_layer("slice", step=[0, 2]), "has the shape"),
        (change_layer("max", kernel=[2**31, 2]), "does not fit what it reads"),
        (change_layer("image", shape=[2, 2**30, 2**30]), "has the shape"),
        (swap, "refers to the tensor|the first layer"),
    ],
)
def test_layers_that_do_not_fit_are_named(change: Any, message: str, saved: Saved) -> None:
    saved.restore()
    rewrite(saved.directory / MANIFEST, change)
    with pytest.raises(GraphFileError, match=message):
        load_graph(saved.directory)


def test_weights_that_are_no_numbers_are_refused(saved: Saved) -> None:
    saved.restore()
    arrays = dict(safetensors.numpy.load(saved.files[TENSORS]))
    arrays["stem/weight"] = np.full_like(arrays["stem/weight"], np.nan)
    rewrite_file(saved.directory / MANIFEST, TENSORS, safetensors.numpy.save(arrays))
    with pytest.raises(GraphFileError, match="'stem' has a weight that is no number"):
        load_graph(saved.directory)


def load_all(*directories: str) -> None:
    for directory in directories:
        assert refused(lambda path=directory: load_graph(Path(path)))  # type: ignore[misc]


def test_absurd_sizes_cost_nothing(saved: Saved, tmp_path: Path) -> None:
    saved.restore()
    changes = [
        change_layer("image", shape=[2**20, 2**20, 2**20]),
        change_layer("stem", padding=[2**30, 2**30]),
        change_layer("slice", channels=[2**40, 0]),
        change_layer("stem", kernel=[2**40, 2**40], shape=[4, 1, 1]),
    ]
    directories = []
    for number, change in enumerate(changes):
        directories.append(shutil.copytree(saved.directory, tmp_path / str(number)))
        rewrite(directories[-1] / MANIFEST, change)
    outcome = measure(__name__, "load_all", *directories)
    assert outcome.mebibytes < 400
