import numpy as np
import pytest
import torch
from tabfab.compiler.frontend import float_model
from tabfab.compiler.frontend.exported import aten_graph, export
from tabfab.compiler.store.errors import TabfabError
from torch import nn

SHAPE = (2, 6, 5)
IMAGES = np.random.default_rng(0).integers(0, 256, (7, 6, 5, 2), dtype=np.uint8)


@pytest.fixture
def module():
    return nn.Sequential(nn.Conv2d(2, 4, 3), nn.Flatten(), nn.Linear(48, 3)).eval()


def expected(module):
    with torch.no_grad():
        return module(torch.from_numpy(IMAGES).permute(0, 3, 1, 2).float() / 255).numpy()


@pytest.mark.parametrize("batch", [1, 3, 7, 100])
def test_logits_do_not_depend_on_the_batch(module, batch):
    calls = []
    network = aten_graph(export(module, SHAPE))
    seen = float_model.logits(
        network, IMAGES, batch, lambda done, total, what: calls.append((done, total))
    )
    assert seen.dtype == np.float32
    np.testing.assert_allclose(seen, expected(module), atol=1e-5)
    assert calls[-1] == (7, 7)
    assert len(calls) == -(-7 // batch)


@pytest.mark.parametrize("fixed", [1, 4])
def test_a_network_exported_for_a_fixed_batch_runs_on_any_number(module, fixed):
    exported = torch.export.export(module, (torch.zeros(fixed, *SHAPE),))
    np.testing.assert_allclose(
        float_model.logits(aten_graph(exported), IMAGES), expected(module), atol=1e-5
    )


@pytest.mark.parametrize(
    "images", [IMAGES[:, :5], IMAGES.transpose(0, 3, 1, 2), IMAGES / 255, IMAGES[0]]
)
def test_images_of_another_shape_are_refused(module, images):
    with pytest.raises(TabfabError, match=r"takes uint8 images of shape \(N, 6, 5, 2\)"):
        float_model.logits(aten_graph(export(module, SHAPE)), images)


def test_no_images_are_refused(module):
    with pytest.raises(TabfabError, match="no images"):
        float_model.logits(aten_graph(export(module, SHAPE)), IMAGES[:0])
