"""Networks with several answers: one after the other, each as torch has it."""

import numpy as np
import pytest
import torch
from tabfab.cli.float_network import several_answers
from tabfab.compiler import graph as g
from tabfab.compiler import program as p
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_graph, import_network
from tabfab.compiler.frontend.compare import check_answers
from tabfab.compiler.frontend.model_file import load_model, save_model
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models.accuracy import real_answers
from torch import nn

from support.branching import Detector
from support.random_networks import randomize

SHAPE = (1, 8, 8)
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 1), dtype=np.uint8)


@pytest.fixture(scope="module")
def detector():
    torch.manual_seed(0)
    return randomize(Detector())


def test_they_are_torchs_one_after_the_other(detector, tmp_path):
    save_model(detector, SHAPE, tmp_path / "model.pt2", [])
    loaded = load_model(tmp_path / "model.pt2").network
    for network in (import_network(detector, SHAPE), import_network(loaded)):
        assert check_answers(network, IMAGES) < 1e-5
        last = network.graph.layers[-1]
        assert isinstance(last, g.Outputs)
        assert last.heads == ("boxes", "classes.1", "count")
        assert last.shapes == ((4, 4, 4), (3, 4, 4), (1, 1, 1))
        assert last.shape == (4 * 16 + 3 * 16 + 1, 1, 1)


def test_maps_come_pixel_by_pixel(detector):
    with torch.no_grad():
        answers = detector(torch.from_numpy(IMAGES[:2]).permute(0, 3, 1, 2).float() / 255)
    seen = import_network(detector, SHAPE).aten.run(
        torch.from_numpy(IMAGES[:2]).permute(0, 3, 1, 2).float() / 255
    )
    boxes = answers["boxes"].permute(0, 2, 3, 1).reshape(2, -1)
    torch.testing.assert_close(seen[:, :64], boxes)
    torch.testing.assert_close(seen[:, 112:], answers["count"])


def test_each_keeps_its_scale(detector):
    """Boxes reach much farther than the count: with one step for both, nothing of it were left."""
    compilation = compile_graph(import_graph(detector, SHAPE), IMAGES, CompileOptions(mask="exact"))
    node = compilation.program.output
    assert isinstance(node, p.Outputs)
    sources = [compilation.program[name] for name in node.inputs]
    for source, scale, shift in zip(sources, node.scales, node.shift, strict=True):
        assert scale == pytest.approx(source.scale * 2**shift)
        assert shift == (node.type.signed and not source.type.signed)
    assert node.scales[0] > 4 * node.scales[1]
    real = real_answers(compilation.program, compilation.program_answers(IMAGES)).reshape(40, -1)
    for first, end in ((0, 64), (64, 112)):
        expected = compilation.float_answers(IMAGES)[:, first:end]
        assert np.corrcoef(real[:, first:end].ravel(), expected.ravel())[0, 1] > 0.99


def test_the_same_tensor_twice_and_a_vector():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 3, 3)

        def forward(self, x):
            x = self.conv(x)
            return x, x.mean((2, 3)), [x.permute(0, 1, 3, 2).permute(0, 1, 3, 2)]

    network = import_network(Twice(), SHAPE)
    assert check_answers(network, IMAGES) < 1e-5
    assert network.graph.layers[-1].shape == (2 * 108 + 3, 1, 1)


def test_they_are_values(detector):
    layer = import_graph(detector, SHAPE).layers[-1]
    assert isinstance(layer, g.Outputs)
    choice = several_answers(layer, None)
    assert choice.task.name == "regression"
    assert "boxes 4x4x4, classes.1 3x4x4, count 1x1x1" in choice.sentence
    with pytest.raises(TabfabError, match="has 3 answers, one after the other, and --task classes"):
        several_answers(layer, "classes")


def test_answers_that_do_not_fit_are_refused():
    fields = {
        "name": "all", "inputs": ("a", "b"), "shape": (5, 1, 1), "type": p.INT8, "low": -128,
        "high": 127, "left": (0, 0), "shift": (0, 0),
    }  # fmt: skip
    with pytest.raises(p.ProgramError, match="has 2 answers, and must have a name"):
        p.Outputs(**fields, heads=("a",), shapes=((5, 1, 1),), scales=(1.0,))
    with pytest.raises(p.ProgramError, match="its answers have"):
        p.Outputs(**fields, heads=("a", "b"), shapes=((1, 2, 2), (2, 1, 1)), scales=(1.0, 1.0))
