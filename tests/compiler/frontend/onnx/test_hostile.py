"""ONNX files that are damaged, absurd or made to do harm: one sentence each, and nothing is run."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.frontend.model_file import load_model
from tabfab.compiler.frontend.onnx import wire
from tabfab.compiler.store.errors import TabfabError

from support.mutations import damaged_bytes, refused
from support.onnx_models import TensorProto, helper, load_and_import, model, node, onnx, weights
from support.resources import measure

NUMBERS = [0, -1, 1, 2, 3, 2**31 - 1, 2**31, 2**62, -(2**63)]


def good() -> Any:
    """A network with an attribute of every kind."""
    nodes = [
        node("Conv", "x", "w", "b", to="c", pads=[1, 1, 1, 1], strides=[1, 1], group=1,
             auto_pad="NOTSET"),
        node("LeakyRelu", "c", to="l", alpha=0.1),
        node("MaxPool", "l", to="p", kernel_shape=[2, 2], strides=[2, 2], dilations=[1, 1]),
        node("Reshape", "p", "shape", to="f"),
        node("Gemm", "f", "v", to="g", transB=0),
        node("Softmax", "g", axis=1),
    ]  # fmt: skip
    constants = {
        "w": weights(4, 3, 3, 3), "b": weights(4), "v": weights(64, 5), "shape": np.array([-1, 64])
    }  # fmt: skip
    return model(nodes, constants)


def refuses(made: Any, tmp_path: Path, match: str) -> None:
    onnx.save(made, tmp_path / "m.onnx")
    with pytest.raises(TabfabError, match=match):
        load_and_import(str(tmp_path / "m.onnx"))


def test_the_model_to_change_is_good(tmp_path: Path) -> None:
    onnx.save(good(), tmp_path / "m.onnx")
    load_and_import(str(tmp_path / "m.onnx"))


def _no_opset(made: Any) -> None:
    del made.opset_import[:]


def _opset(version: int) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        made.opset_import[0].version = version

    return change


def _shape(*sizes: int | None) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        value = helper.make_tensor_value_info("x", TensorProto.FLOAT, list(sizes))
        made.graph.input[0].CopyFrom(value)

    return change


def _weight(**fields: Any) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        tensor = made.graph.initializer[0]
        for name, value in fields.items():
            if name == "dims":
                del tensor.dims[:]
                tensor.dims.extend(value)
            else:
                setattr(tensor, name, value)

    return change


def _function(made: Any) -> None:
    made.functions.add(name="Mine", domain="own")


def _loop(made: Any) -> None:
    body = helper.make_graph([], "body", [], [])
    made.graph.node.add(op_type="Loop", name="again", input=["c"], output=["z"]).attribute.append(
        helper.make_attribute("body", body)
    )
    made.graph.output[0].name = "z"


def _strings(made: Any) -> None:
    made.graph.initializer[0].CopyFrom(helper.make_tensor("w", TensorProto.STRING, [1], [b"x"]))


def _twice(made: Any) -> None:
    made.graph.node.insert(1, node("Relu", "x", to="c"))


def _unknown_input(made: Any) -> None:
    made.graph.node[1].input[0] = "nothing"


def _two_sizes(made: Any) -> None:
    made.graph.input.append(helper.make_tensor_value_info("u", TensorProto.FLOAT, [1, 2]))
    made.graph.node.insert(1, node("Add", "c", "u", to="sum"))
    made.graph.node[2].input[0] = "sum"


def _constant_answer(made: Any) -> None:
    made.graph.output[0].name = "w"


def _nothing(made: Any) -> None:
    del made.graph.node[:]


def _filled(made: Any) -> None:
    made.graph.node.insert(0, node("ConstantOfShape", "huge", to="v2"))
    made.graph.initializer.append(
        onnx.numpy_helper.from_array(np.array([2**20, 2**20, 2**10]), "huge")
    )
    made.graph.node[-2].input[1] = "v2"


def _padded(made: Any) -> None:
    made.graph.node.insert(0, node("Pad", "x", "many", to="padded"))
    made.graph.initializer.append(
        onnx.numpy_helper.from_array(np.array([0, 0, 2**20, 2**20, 0, 0, 2**20, 2**20]), "many")
    )
    made.graph.node[1].input[0] = "padded"


CHANGES: dict[str, tuple[Callable[[Any], None], str]] = {
    "without an opset": (_no_opset, "does not say which opset"),
    "of an old opset": (_opset(8), "has opset 8, and tabfab reads 9 to"),
    "of a future opset": (_opset(999), "update onnx, or export it again"),
    "of any size": (_shape(None, 3, None, None), "takes one of shape .any, 3, any, any."),
    "of videos": (_shape(1, 3, 4, 8, 8), "takes one of shape .1, 3, 4, 8, 8."),
    "of huge images": (_shape(1, 3, 2**40, 8), "as no network does"),
    "of no pixels": (_shape(1, 3, 0, 8), "as no network does"),
    "with fewer weights than it says": (_weight(dims=[400, 3, 3, 3]), "tensor 'w' is damaged"),
    "with weights of a negative size": (_weight(dims=[-4, 3, 3, 3]), "tensor 'w' has shape"),
    "with weights that fill the memory": (_weight(dims=[2**30, 2**30]), "tensor 'w' has shape"),
    "with weights of no type": (_weight(data_type=0), "tensor 'w' is of ONNX's type 'UNDEFINED'"),
    "with weights of a type to come": (_weight(data_type=999), "is of ONNX's type"),
    "with texts for weights": (_strings, "is of ONNX's type 'STRING'"),
    "with a function": (_function, "defines the function 'Mine'"),
    "with a loop": (_loop, "Loop in node 'again' is not supported"),
    "with a name made twice": (_twice, "two nodes make 'c'"),
    "with a name that nothing makes": (_unknown_input, "reads 'nothing', which nothing before it"),
    "with inputs of two sizes": (_two_sizes, "of one height, width and type"),
    "with an answer that is a constant": (_constant_answer, "does not depend on the image"),
    "without nodes": (_nothing, "holds no network"),
    "with a constant that fills the memory": (_filled, "no network needs so many"),
    "with an image that fills the memory": (_padded, "no network needs so many"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_models_that_are_refused(name: str, tmp_path: Path) -> None:
    change, message = CHANGES[name]
    made = good()
    change(made)
    refuses(made, tmp_path, message)


@pytest.mark.parametrize("data", [b"", b"\x08\x08", b"no model at all", b"\xff" * 100])
def test_files_that_are_no_models(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(data)
    with pytest.raises(TabfabError, match=r"m\.onnx (is no ONNX model|holds no network)"):
        load_model(tmp_path / "m.onnx")


def test_a_model_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    onnx.save(good(), tmp_path / "model")
    load_and_import(str(tmp_path / "model"))


def test_a_message_in_messages(tmp_path: Path) -> None:
    data = b""
    for _ in range(2000):
        data = b"\x32" + _varint(len(data)) + data  # a graph in an attribute in a graph
    (tmp_path / "m.onnx").write_bytes(b"\x08\x08\x3a" + _varint(len(data)) + data)
    assert refused(lambda: load_and_import(str(tmp_path / "m.onnx")))


def _varint(number: int) -> bytes:
    parts = []
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x0a\x00" * (4 << 20), "it has more than 1048576 parts"),  # empty nodes
        (b"\x0a\x04\x2a\x02\x0a\x00" * (1 << 20), "it has more than 1048576 parts"),
        (b"\x12" + b"\x80\x80\x80\x0a" + b"x" * (20 << 20), "MiB beside its weights"),  # a name
    ],
)
def test_what_is_no_network_is_refused_before_it_is_read(
    content: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / "m.onnx").write_bytes(b"\x08\x08\x3a" + _varint(len(content)) + content)
    with pytest.raises(TabfabError, match=message):
        load_model(tmp_path / "m.onnx")


def test_weights_are_not_counted_as_description() -> None:
    data = good().SerializeToString()
    raw = sum(len(tensor.raw_data) for tensor in good().graph.initializer)
    assert wire.described_bytes(data) == len(data) - raw


# ------------------------------------------------------------------------ files beside it


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A model whose weights are in the file ``weights`` beside it."""
    path = tmp_path / "m.onnx"
    onnx.save(good(), path, save_as_external_data=True, location="weights", size_threshold=0)
    return path


def changed(path: Path, key: str, value: str) -> Path:
    made = onnx.load(path, load_external_data=False)
    for tensor in made.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == key:
                entry.value = value
    path.write_bytes(made.SerializeToString())
    return path


def test_weights_beside_the_model(beside: Path) -> None:
    load_and_import(str(beside))


@pytest.mark.parametrize("location", ["../weights", "/etc/passwd", "", "..", "a/b", "a\\b", "."])
def test_weights_elsewhere_are_not_read(
    location: str, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    original = builtins.open
    monkeypatch.setattr(
        builtins, "open", lambda *a, **k: opened.append(str(a[0])) or original(*a, **k)
    )
    (beside.parent.parent / "weights").write_bytes(bytes(10000))
    with pytest.raises(TabfabError, match="from a file in the model's own folder only"):
        load_model(changed(beside, "location", location))
    assert not [name for name in opened if "passwd" in name or name.endswith("weights")]


def test_links_are_not_followed(beside: Path) -> None:
    weights = beside.with_name("weights")
    weights.rename(weights.with_name("others"))
    os.symlink("others", weights)
    with pytest.raises(TabfabError, match="'weights', which is a link"):
        load_model(beside)


def test_weights_that_are_missing(beside: Path) -> None:
    beside.with_name("weights").unlink()
    with pytest.raises(TabfabError, match="'weights', which is not there"):
        load_model(beside)


@pytest.mark.parametrize("value", ["99999999999", "-1", "1e3", "x", "9" * 40])
@pytest.mark.parametrize("key", ["offset", "length"])
def test_weights_that_are_cut_off(key: str, value: str, beside: Path) -> None:
    with pytest.raises(TabfabError, match="cut off or of another model"):
        load_model(changed(beside, key, value))


# ----------------------------------------------------------------------------- anything


@given(data=st.data())
def test_any_bytes(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.onnx"
    path.write_bytes(data.draw(damaged_bytes(good().SerializeToString())))
    refused(lambda: load_and_import(str(path)))


@given(data=st.data())
def test_any_attribute(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Numbers that no operator expects: some of torch's kernels divide by what they are given."""
    made = good()
    attributes = [attribute for node in made.graph.node for attribute in node.attribute]
    attribute = data.draw(st.sampled_from(attributes))
    name, number = attribute.name, st.sampled_from(NUMBERS)
    value = data.draw(
        st.one_of(
            number,
            st.lists(number, min_size=1, max_size=4),
            st.sampled_from([0.0, -1.0, 1e30, float("nan")]),
            st.sampled_from(["SAME_UPPER", "", "é"]),
        )
    )
    attribute.CopyFrom(helper.make_attribute(name, value))
    path = tmp_path_factory.getbasetemp() / "attribute.onnx"
    onnx.save(made, path)
    refused(lambda: load_and_import(str(path)))


@given(data=st.data())
def test_any_constant(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    made = good()
    sizes = data.draw(st.lists(st.sampled_from(NUMBERS), max_size=5))
    tensor = onnx.numpy_helper.from_array(np.array(sizes, np.int64), "shape")
    made.graph.initializer[3].CopyFrom(tensor)
    path = tmp_path_factory.getbasetemp() / "constant.onnx"
    onnx.save(made, path)
    refused(lambda: load_and_import(str(path)))


def test_a_model_that_unfolds_takes_no_memory(tmp_path: Path) -> None:
    made = good()
    _filled(made)
    onnx.save(made, tmp_path / "m.onnx")
    outcome = measure("support.onnx_models", "load_and_import", tmp_path / "m.onnx")
    assert outcome.message
    assert outcome.mebibytes < 500
