"""What the front end's tests share: random networks, and the comparison with their graphs."""

import pytest
import torch
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.frontend.exported import aten_graph
from tabfab.compiler.frontend.input_layout import input_layout
from tabfab.compiler.frontend.pixels import Pixels
from tabfab.compiler.graph import float_graph

from support.random_networks import randomize


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Torch's threads wait busily for each other, which is slow where tests run side by side."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def same():
    """Import a module, check that its graph computes the same, and return the graph."""

    def check(module, shape, tolerance=1e-4):
        module = randomize(module)
        network = aten_graph(module, shape)
        graph = import_graph(network)
        channels, height, width = input_layout(network).shape
        generator = torch.Generator().manual_seed(1)
        pixels = torch.randint(
            256, (3, height, width, channels), generator=generator, dtype=torch.uint8
        )
        with torch.no_grad():
            expected = module(Pixels().image(network, pixels.numpy()))
        seen = float_graph.run(graph, pixels.permute(0, 3, 1, 2))[graph.layers[-1].name]
        assert seen.flatten(1).shape == expected.flatten(1).shape
        scale = max(1.0, float(expected.abs().max()))
        difference = float((seen.flatten(1) - expected.flatten(1)).abs().max())
        assert difference <= tolerance * scale
        return graph

    return check
