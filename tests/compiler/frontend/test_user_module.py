"""Modules out of a user's own file, with weights from a checkpoint."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tabfab.compiler.frontend.user_module import UserModule
from tabfab.compiler.store.errors import TabfabError
from torch import Tensor

SHAPE = (1, 8, 8)
NETS = """
import torch
from torch import nn
from part import Head

class Net(nn.Module):
    def __init__(self, width=4, name="net"):
        super().__init__()
        self.conv, self.head = nn.Conv2d(1, width, 3), Head(36 * width)

    def forward(self, x):
        return self.head(self.conv(x).relu())

def make(width):
    return Net(width).train()

ready = Net(2)
number = 3

vectors, sequences = nn.Linear(64, 3), nn.Conv1d(8, 2, 3)

def broken():
    return 1 / 0

class Turned(nn.Module):
    def forward(self, x):
        return torch.cumsum(x, 1)
"""
PART = """
from torch import nn

class Head(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.last = nn.Linear(inputs, 3)

    def forward(self, x):
        return self.last(x.flatten(1))
"""


@pytest.fixture
def nets(tmp_path: Path) -> Path:
    """A file with modules, which imports one beside it."""
    (tmp_path / "nets.py").write_text(NETS)
    (tmp_path / "part.py").write_text(PART)
    return tmp_path / "nets.py"


def state(nets: Path, width: int = 4) -> dict[str, Tensor]:
    torch.manual_seed(0)
    made = UserModule(f"{nets}:Net(width={width})")._made()
    return dict(made.state_dict())


@pytest.mark.parametrize("name", ["Net", "Net(4)", "Net(width=4, name='x')", "make(4)"])
@pytest.mark.parametrize("kind", ["dict", "in a checkpoint", "parallel", "safetensors"])
def test_weights_fit_the_class(name: str, kind: str, nets: Path, tmp_path: Path) -> None:
    weights = state(nets)
    path = tmp_path / ("w.safetensors" if kind == "safetensors" else "w.pth")
    match kind:
        case "dict":
            torch.save(weights, path)
        case "in a checkpoint":
            torch.save({"epoch": 3, "state_dict": weights}, path)
        case "parallel":
            torch.save({f"module.{key}": value for key, value in weights.items()}, path)
        case "safetensors":
            save_file(weights, path)
    loaded = UserModule(f"{nets}:{name}", path).load(SHAPE)
    assert loaded.classes == ("0", "1", "2")
    image = torch.from_numpy(np.random.default_rng(0).random((2, *SHAPE), np.float32))
    hidden = torch.conv2d(image, weights["conv.weight"], weights["conv.bias"]).relu().flatten(1)
    expected = hidden @ weights["head.last.weight"].T + weights["head.last.bias"]
    torch.testing.assert_close(loaded.network.run(image), expected)


def test_a_module_that_is_made_already(nets: Path) -> None:
    assert UserModule(f"{nets}:ready").load(SHAPE).network.image_shape == SHAPE


@pytest.mark.parametrize(
    ("name", "shape", "taken"),
    [
        ("vectors", (64, 1, 1), (64,)),
        ("vectors", (1, 8, 8), (64,)),
        ("sequences", (1, 8, 5), (8, 5)),
        ("sequences", (1, 5, 8), (8, 5)),
    ],
)
def test_a_module_takes_what_its_data_can_be_seen_as(
    name: str, shape: tuple[int, int, int], taken: tuple[int, ...], nets: Path
) -> None:
    assert UserModule(f"{nets}:{name}").load(shape).image_shape == taken


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Missing", "has no Missing; it has Net, ready"),
        ("number", "gives a int instead of a torch.nn.Module"),
        ("broken", r"nets.py cannot make broken, line \d+: ZeroDivisionError: division by zero"),
        ("Net(deep=1)", r"cannot make Net\(deep=1\).*TypeError"),
        ("Net(open('x'))", "the arguments must be numbers"),
        ("Net(**{})", "the arguments must be numbers"),
        ("Net(", "the arguments must be numbers|names no class"),
        ("Net; x", "names no class"),
        ("Turned", "cumsum in the network itself .*nets.py:27.* is not supported"),
    ],
)
def test_names_that_are_no_module(name: str, message: str, nets: Path) -> None:
    from tabfab.compiler.frontend import import_network

    with pytest.raises(TabfabError, match=message):
        import_network(UserModule(f"{nets}:{name}").load(SHAPE).network)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import nowhere", "line 1: ModuleNotFoundError"),
        ("x = 1\nraise SystemExit(3)", "line 2: SystemExit"),
        ("def f(:", "line 1: SyntaxError"),
    ],
)
def test_files_that_cannot_be_run(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(text)
    with pytest.raises(TabfabError, match=f"nets.py cannot be run, {message}"):
        UserModule(f"{tmp_path / 'nets.py'}:Net").load(SHAPE)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(TabfabError, match=r"there is no file .*nets\.py"):
        UserModule(f"{tmp_path / 'nets.py'}:Net").load(SHAPE)


CHECKPOINTS: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "of another width": (lambda nets, path: torch.save(state(nets, 8), path), "do not fit"),
    "with less": (
        lambda nets, path: torch.save({"conv.bias": torch.zeros(4)}, path), "it lacks conv.weight",
    ),
    "with more": (
        lambda nets, path: torch.save({**state(nets), "x": torch.zeros(1)}, path), "it brings 'x'",
    ),
    "with NaN": (
        lambda nets, path: torch.save({k: v * np.nan for k, v in state(nets).items()}, path),
        "are no numbers",
    ),
    "with a list": (lambda nets, path: torch.save([1, 2], path), "holds no state dict"),
    "of noise": (lambda nets, path: path.write_bytes(b"noise" * 9), "is not a checkpoint"),
    "that is missing": (lambda nets, path: None, "there is no checkpoint"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_checkpoints_that_do_not_fit(name: str, nets: Path, tmp_path: Path) -> None:
    write, message = CHECKPOINTS[name]
    write(nets, tmp_path / "w.pth")
    with pytest.raises(TabfabError, match=message):
        UserModule(f"{nets}:Net", tmp_path / "w.pth").load(SHAPE)


def test_damaged_safetensors(nets: Path, tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(TabfabError, match="cannot be read as safetensors"):
        UserModule(f"{nets}:Net", tmp_path / "w.safetensors").load(SHAPE)


def test_pickled_code_is_not_run(nets: Path, tmp_path: Path) -> None:
    class Runs:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "was-run",)

    (tmp_path / "w.pth").write_bytes(pickle.dumps(Runs()))
    with pytest.raises(TabfabError, match="is not a checkpoint"):
        UserModule(f"{nets}:Net", tmp_path / "w.pth").load(SHAPE)
    assert not (tmp_path / "was-run").exists()
