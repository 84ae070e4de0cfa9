"""Files that were made to do harm: each loads as if the harm were not there, or is refused."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from support.mutations import refused
from support.pt2 import CONSTANTS, MODEL, WEIGHTS, Parts, Small, load_and_import, nodes, save
from support.resources import measure


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    torch.manual_seed(0)
    return Parts(save(Small(), tmp_path_factory.mktemp("good") / "model.pt2"))


class Runs:
    """Text that touches a file when it is run as Python, and an object that does when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.code = f"__import__('os').system('touch {path}')"

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, ...]]:
        return os.system, (f"touch {self.path}",)

    @property
    def pickled(self) -> bytes:
        file = io.BytesIO()
        torch.save(self, file)
        return file.getvalue()


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "was-run")


def renamed(parts: Parts, path: Path, old: str, new: str) -> Path:
    """The archive with a name replaced wherever a JSON member has it."""
    changes: dict[str, bytes | None] = {}
    for name in (MODEL, WEIGHTS, CONSTANTS):
        text = parts.members[name].decode()
        changes[name] = text.replace(old, json.dumps(new)[1:-1]).encode()
    return parts.write(path, changes)


def test_the_file_to_change_is_good(parts: Parts, tmp_path: Path) -> None:
    load_and_import(str(parts.write(tmp_path / "model.pt2")))


# --------------------------------------------------------------------------------- names

NAMES = [
    'stem" if getattr(__import__("os"),"system")("touch {0}") else "stem',
    "stem\n    __import__('os').system('touch {0}')\n",
    "stem'); __import__('os').system('touch {0}'); ('",
    "__import__('os').system('touch {0}')",
    "stem\\",
    "stem\x00",
    "stem\ud800",
    "stem\u2028",
    "stem\x1b[31m",
    "`touch {0}`",
    "a,b",
    "a;b",
    "x" * 300,
    "../../stem",
    "__class__",
    "",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "old", ["stem", "p_stem_weight", "conv2d", "max_pool2d", "norm.running_var"]
)
def test_names_are_never_run(name: str, old: str, parts: Parts, runs: Runs, tmp_path: Path) -> None:
    path = renamed(parts, tmp_path / "evil.pt2", old, name.format(runs.path))
    message = refused(lambda: load_and_import(str(path)))
    assert not runs.path.exists()
    if old == "stem" and not name.isidentifier() and name not in ("", "../../stem"):
        assert message is not None


# ----------------------------------------------------------------------------- operators

TARGETS = [
    "torch.os.system", "torch.load", "torch.hub.load", "torch.serialization.pickle.loads",
    "torch.ops.aten.from_file.default", "torch.ops.aten.save.default", "torch.ops.load_library",
    "torch.ops.aten.relu.default.__globals__", "torch.ops.aten.__class__", "torch.nn.Module",
    "torch.ops.higher_order.cond", "torch.ops.profiler._record_function_enter.default",
    "_operator.attrgetter", "_operator.methodcaller", "_operator.call", "math.factorial",
    "builtins.eval", "eval", "#evil:op", "__import__", "torch.ops.aten.conv2d", "", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_operators_are_looked_up_in_a_table(
    target: str, parts: Parts, runs: Runs, tmp_path: Path
) -> None:
    def change(document: Any) -> None:
        node = nodes(document)[0]
        command = {"name": "", "arg": {"as_string": f"touch {runs.path}"}, "kind": 1}
        node.update(target=target, inputs=[command])

    path = parts.changed(tmp_path / "evil.pt2", change)
    message = refused(lambda: load_and_import(str(path)))
    assert message is not None
    assert not runs.path.exists()


def test_an_operator_that_tabfab_does_not_know_is_named_with_its_place(
    parts: Parts, tmp_path: Path
) -> None:
    def change(document: Any) -> None:
        nodes(document)[-1]["target"] = "torch.ops.aten.erf_.default"

    path = parts.changed(tmp_path / "model.pt2", change)
    message = refused(lambda: load_and_import(str(path)))
    assert message is not None
    assert message.startswith("erf in module 'head' (")
    assert "use an activation function" in message


# ------------------------------------------------------------- what torch evaluates as text


def evil_sizes(document: Any, code: str) -> None:
    """torch gives symbolic sizes to sympy, which evaluates them as Python."""
    for value in document["graph_module"]["graph"]["tensor_values"].values():
        for size in value["sizes"]:
            if "as_expr" in size:
                size["as_expr"]["expr_str"] = code
    for value in document["graph_module"]["graph"]["sym_int_values"].values():
        value["as_expr"]["expr_str"] = code
    document["range_constraints"] = {code: {"min_val": 0, "max_val": None}}


def evil_guards(document: Any, code: str) -> None:
    document["guards_code"] = [code]


def evil_metadata(document: Any, code: str) -> None:
    for node in nodes(document):
        node["metadata"].update(
            source_fn_stack=f"x,torch.os.system;{code},torch.hub.load",
            torch_fn=code,
            custom=json.dumps({"code": code}),
            from_node=json.dumps([{"name": code}]),
        )
    document["graph_module"]["metadata"] = {"custom": json.dumps(code)}


def evil_tree(document: Any, code: str) -> None:
    """torch imports the class that a tree's context names."""
    spec = [1, {"type": "collections.namedtuple", "context": code, "children_spec": []}]
    signature = document["graph_module"]["module_call_graph"][0]["signature"]
    signature.update(in_spec=json.dumps(spec), out_spec=json.dumps(spec))
    document["graph_module"]["treespec_namedtuple_fields"] = {code: {"field_names": [code]}}


def evil_verifier(document: Any, code: str) -> None:
    document["verifiers"] = [code]


def evil_trace(document: Any, code: str) -> None:
    for node in nodes(document):
        node["metadata"]["stack_trace"] = f'  File "{code}\x1b[31m\n{code}", line 1, in forward'


@pytest.mark.parametrize(
    "change", [evil_sizes, evil_guards, evil_metadata, evil_tree, evil_verifier, evil_trace]
)
def test_text_is_never_evaluated(
    change: Callable[[Any, str], None], parts: Parts, runs: Runs, tmp_path: Path
) -> None:
    path = parts.changed(tmp_path / "evil.pt2", lambda document: change(document, runs.code))
    assert refused(lambda: load_and_import(str(path))) is None
    assert not runs.path.exists()


# ----------------------------------------------------------------- what torch unpickles


def test_pickles_are_never_opened(parts: Parts, runs: Runs, tmp_path: Path) -> None:
    path = tmp_path / "evil.pt2"
    load_and_import(str(parts.write(path, {"data/sample_inputs/model.pt": runs.pickled})))
    load_and_import(str(parts.write(path, {"extra/evil.pkl": pickle.dumps(runs)})))
    for member in (
        "data/weights/model.pt", "data/constants/model.pt", "data/constants/custom_obj_0",
        "data/constants/opaque_obj_0", "data/weights/evil.pkl",
    ):  # fmt: skip
        parts.write(path, {member: runs.pickled})
        message = refused(lambda: load_and_import(str(path)))
        assert message is not None
        assert "pickled objects" in message
    assert not runs.path.exists()


@pytest.mark.parametrize("name", [WEIGHTS, CONSTANTS])
def test_pickled_tensors_are_refused(name: str, parts: Parts, runs: Runs, tmp_path: Path) -> None:
    document = parts.document(name)
    payload = next(iter(document["config"].values()))
    payload["use_pickle"] = True
    member = f"{name.rpartition('/')[0]}/{payload['path_name']}"
    path = parts.write(
        tmp_path / "evil.pt2", {name: json.dumps(document).encode(), member: runs.pickled}
    )
    message = refused(lambda: load_and_import(str(path)))
    assert message is not None
    assert "as a pickled object, which is never opened" in message
    payload.update(use_pickle=False, path_name="custom_obj_0")
    parts.write(path, {name: json.dumps(document).encode()})
    assert refused(lambda: load_and_import(str(path))) is not None
    assert not runs.path.exists()


def test_compiled_code_is_refused(parts: Parts, tmp_path: Path) -> None:
    path = parts.write(tmp_path / "evil.pt2", {"data/aotinductor/model/code.so": b"\x7fELF"})
    message = refused(lambda: load_and_import(str(path)))
    assert message is not None
    assert "compiled code" in message


# --------------------------------------------------------------------------------- paths


@pytest.mark.parametrize("folder", ["../../..", "/etc", "C:\\", "model/../.."])
def test_nothing_is_written_wherever_members_say_they_lie(
    folder: str, parts: Parts, tmp_path: Path
) -> None:
    path = tmp_path / "inner" / "model.pt2"
    path.parent.mkdir()
    parts.write(path, folder=folder)
    refused(lambda: load_and_import(str(path)))
    assert [each.name for each in tmp_path.rglob("*")] == ["inner", "model.pt2"]


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "weight_99", "weight_0/../x"]
)
def test_tensors_come_from_the_archive_alone(name: str, parts: Parts, tmp_path: Path) -> None:
    def change(document: Any) -> None:
        next(iter(document["config"].values()))["path_name"] = name

    path = parts.changed(tmp_path / "evil.pt2", change, WEIGHTS)
    assert refused(lambda: load_and_import(str(path))) is not None


# ---------------------------------------------------------------------- memory and time


def tensor_of(**meta: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for payload in document["config"].values():
            payload["tensor_meta"].update(meta)

    return change


def sizes(*numbers: int) -> list[Any]:
    return [{"as_int": number} for number in numbers]


def call(target: str, *arguments: Any) -> Callable[[Any], None]:
    """Put a call of `target` in front of the network's."""

    def change(document: Any) -> None:
        inputs = [{"name": name, "arg": arg, "kind": 1} for name, arg in arguments]
        node = {
            "target": target, "inputs": inputs, "outputs": [{"as_tensor": {"name": "bomb"}}],
            "metadata": {}, "is_hop_single_tensor_return": None, "name": "bomb",
        }  # fmt: skip
        nodes(document).insert(0, node)

    return change


def growing_size(document: Any) -> None:
    """A number that is squared again and again."""
    for step in range(60):
        value = {"as_sym_int": {"as_name": f"n{step - 1}"}} if step else {"as_int": 10**18}
        nodes(document).insert(
            step,
            {
                "target": "_operator.mul",
                "inputs": [{"name": "", "arg": value, "kind": 1}] * 2,
                "outputs": [{"as_sym_int": {"as_name": f"n{step}"}}],
                "metadata": {},
            },
        )


def deep(document: Any) -> None:
    """Graphs within graphs within graphs."""
    graph = document["graph_module"]["graph"]
    node = next(n for n in graph["nodes"] if "wrap_with_set_grad_enabled" in n["target"])
    inner = copy_of(node)
    for _ in range(40):
        outer = copy_of(node)
        outer["inputs"][1]["arg"]["as_graph"]["graph"]["nodes"] = [inner]
        inner = outer
    graph["nodes"][graph["nodes"].index(node)] = inner


def copy_of(value: Any) -> Any:
    return json.loads(json.dumps(value))


def wide_padding(document: Any) -> None:
    for node in nodes(document):
        for entry in node["inputs"]:
            if entry["name"] == "kernel_size":
                entry["arg"] = {"as_ints": [2**40, 2**40]}


def strange_image(document: Any) -> None:
    graph = document["graph_module"]["graph"]
    graph["tensor_values"]["x"]["sizes"][1:] = sizes(2**40, 2**20, 2**20)


BOMBS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "a weight without end": (WEIGHTS, tensor_of(sizes=sizes(2**40), strides=sizes(1))),
    "a weight of one number": (
        WEIGHTS, tensor_of(sizes=sizes(2**31, 2**31), strides=sizes(0, 0)),
    ),
    "a weight of many axes": (
        WEIGHTS, tensor_of(sizes=sizes(*[1] * 9999), strides=sizes(*[1] * 9999)),
    ),
    "a negative stride": (WEIGHTS, tensor_of(strides=sizes(-1, -1, -1, -1))),
    "an offset": (WEIGHTS, tensor_of(storage_offset={"as_int": 2**62})),
    "full": (
        MODEL,
        call("torch.ops.aten.full.default", ("size", {"as_ints": [2**31, 2**31]}),
             ("fill_value", {"as_float": 1.0})),
    ),
    "arange": (MODEL, call("torch.ops.aten.arange.default", ("end", {"as_int": 2**62}))),
    "repeat": (
        MODEL,
        call("torch.ops.aten.repeat.default", ("self", {"as_tensor": {"name": "x"}}),
             ("repeats", {"as_ints": [1, 2**20, 2**20, 1]})),
    ),
    "a growing size": (MODEL, growing_size),
    "graphs in graphs": (MODEL, deep),
    "a window": (MODEL, wide_padding),
    "an image": (MODEL, strange_image),
}  # fmt: skip


def load_all(*paths: str) -> None:
    """Take each file as far as its layers; all must be refused."""
    for path in paths:
        message = refused(lambda path=path: load_and_import(path))  # type: ignore[misc]
        assert message is not None, path


def test_absurd_sizes_cost_nothing(parts: Parts, tmp_path: Path) -> None:
    paths = []
    for number, (name, change) in enumerate(BOMBS.values()):
        paths.append(parts.changed(tmp_path / f"{number}.pt2", change, name))
    nested = b"[" * 200_000 + b"]" * 200_000
    paths.append(parts.write(tmp_path / "nested.pt2", {MODEL: nested}))
    paths.append(parts.write(tmp_path / "long.pt2", {MODEL: b"1" * 5_000_000}))
    bomb = tmp_path / "packed.pt2"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.members.items():
            archive.writestr(f"model/{name}", content)
        archive.writestr("model/extra/zeros", bytes(300 << 20))
    paths.append(bomb)
    outcome = measure(__name__, "load_all", *paths, timeout=120)
    assert outcome.mebibytes < 700  # torch's own modules; a bomb takes gigabytes


def test_members_that_overlap_are_refused(parts: Parts, tmp_path: Path) -> None:
    """A quote of the same bytes by many members (Fifield's zip bomb) unpacks to more than it is."""
    path = parts.write(tmp_path / "model.pt2")
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", data, end + 10)
    entry = data[start : start + size]
    more = bytearray()
    for number in range(40):
        copy = bytearray(entry)
        at = 0
        for _ in range(count):
            length, extra, comment = struct.unpack_from("<HHH", copy, at + 28)
            copy[at + 46 + length - 2 : at + 46 + length] = b"%02d" % number
            at += 46 + length + extra + comment
        more += copy
    data[start:end] = entry + more
    end = start + len(entry) + len(more)
    struct.pack_into("<HHII", data, end + 8, count * 41, count * 41, size * 41, start)
    path.write_bytes(data)
    message = refused(lambda: load_and_import(str(path)))
    assert message is not None
