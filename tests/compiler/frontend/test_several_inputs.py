"""Networks with several inputs, which are taken side by side as one image."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tabfab.compiler.frontend import AtenGraph, import_network
from tabfab.compiler.frontend.compare import check_answers
from tabfab.compiler.frontend.model_file import ModelFileError, load_model
from tabfab.compiler.store.errors import TabfabError
from torch import nn

from support.random_networks import randomize


class Two(nn.Module):
    """A layer for each of two inputs, and their sum."""

    def __init__(self, first: nn.Module, second: nn.Module) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.first(x)) + self.second(y)


IMAGES = (nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(2, 4, 1)), ((3, 6, 5), (2, 6, 5))
SEQUENCES = (nn.Conv1d(1, 4, 3, padding=1), nn.Conv1d(2, 4, 1)), ((1, 7), (2, 7))
VECTORS = (nn.Linear(5, 4), nn.Linear(3, 4)), ((5,), (3,))
KINDS = {"images": IMAGES, "sequences": SEQUENCES, "vectors": VECTORS}


def exported(
    module: nn.Module, shapes: tuple[tuple[int, ...], ...], batch: bool = True
) -> torch.export.ExportedProgram:
    examples = tuple(torch.zeros(2, *shape) for shape in shapes)
    axis = torch.export.Dim("n")
    sizes = tuple({0: axis} for _ in shapes) if batch else None
    return torch.export.export(module.eval(), examples, dynamic_shapes=sizes)


def pixels(shapes: tuple[tuple[int, ...], ...], count: int) -> np.ndarray:
    """(N, height, width, channels) of all inputs."""
    channels, *size = (sum(shape[0] for shape in shapes), *shapes[0][1:])
    height, width = (1,) * (2 - len(size)) + tuple(size)
    shape = (count, height, width, channels)
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("batch", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_they_are_what_torch_makes_of_each(kind: str, batch: bool, tmp_path: Path) -> None:
    layers, shapes = KINDS[kind]
    module = randomize(Two(*layers)).eval()
    program = exported(module, shapes, batch)
    torch.export.save(program, tmp_path / "two.pt2")
    images = pixels(shapes, 2)
    whole = torch.from_numpy(images).movedim(3, 1).reshape(2, -1, *shapes[0][1:]).float() / 255
    with torch.no_grad():
        expected = module(*whole.split([shape[0] for shape in shapes], 1))
    for network in (
        import_network(program),
        import_network(load_model(tmp_path / "two.pt2").network),
    ):
        torch.testing.assert_close(network.aten.run(whole), expected)
        assert check_answers(network, images) < 1e-5
        first, second = shapes
        ends = f"0..{first[0] - 1}, 'y' {first[0]}..{first[0] + second[0] - 1}"
        assert network.notes == (
            f"the network's 2 inputs are one image, channel behind channel: 'x' {ends}",
        )


def test_an_input_that_nothing_reads_keeps_its_channels() -> None:
    class First(nn.Module):
        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return torch.relu(x)

    shapes = ((1, 4, 4), (2, 4, 4))
    network = import_network(exported(First(), shapes))
    assert network.graph.layers[0].shape == (3, 4, 4)
    assert network.graph.layers[-1].shape == (1, 4, 4)
    assert check_answers(network, pixels(shapes, 2)) < 1e-5


def test_names_of_the_network_are_left_alone() -> None:
    class Named(nn.Module):
        def forward(self, inputs_0: torch.Tensor, inputs_1: torch.Tensor) -> torch.Tensor:
            return torch.relu(inputs_0 - inputs_1)

    shapes = ((2, 4, 4), (2, 4, 4))
    network = import_network(exported(Named(), shapes))
    assert isinstance(network.aten, AtenGraph)
    assert network.aten.image not in ("inputs_0", "inputs_1")
    assert check_answers(network, pixels(shapes, 2)) < 1e-5


def test_inputs_of_other_sizes_are_refused(tmp_path: Path) -> None:
    class Pooled(nn.Module):
        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return x.mean((2, 3)) + y

    program = exported(Pooled(), ((3, 4, 4), (3,)))
    message = r"side by side.* \('x' \(3, 4, 4\), 'y' \(3,\)\): make them so, or put"
    with pytest.raises(TabfabError, match=message):
        import_network(program)
    torch.export.save(program, tmp_path / "two.pt2")
    with pytest.raises(ModelFileError, match=rf"two\.pt2: several inputs are taken {message}"):
        load_model(tmp_path / "two.pt2")


def test_a_module_does_not_say_their_sizes() -> None:
    with pytest.raises(TabfabError, match=r"Two takes 2 tensors \(x, y\).*: export it with torch"):
        import_network(Two(*IMAGES[0]).eval(), (5, 6, 5))


def test_inputs_of_other_types_are_refused() -> None:
    class Cast(nn.Module):
        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return torch.relu(x + y.float())

    examples = (torch.zeros(2, 3, 4, 4), torch.zeros(2, 3, 4, 4, dtype=torch.uint8))
    with pytest.raises(TabfabError, match="of one height, width and type"):
        import_network(torch.export.export(Cast(), examples))
