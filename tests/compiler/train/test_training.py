import dataclasses

import numpy as np
import pytest
import torch
from tabfab.compiler import data
from tabfab.compiler.data import ImageSet
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.train import TrainOptions, channel_statistics, recommended, train
from tabfab.compiler.train.augment import crop_and_flip

from support.training import few_digits, weights


@pytest.fixture(scope="module")
def few():
    return few_digits()


def accuracy(module, images):
    pixels = torch.from_numpy(images.images).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        return float((module(pixels).argmax(1).numpy() == images.labels).mean())


def test_the_recommended_options_learn_the_digits():
    digits = data.load("digits", "train")
    module, history = train(recommended("digits-cnn", digits), digits)
    assert not module.training
    assert history[-1].loss < history[0].loss
    assert accuracy(module, data.load("digits", "test")) >= 0.97


def test_characters_are_not_mirrored_unless_asked_to(few):
    colours = dataclasses.replace(few, images=few.images.repeat(3, axis=-1))
    assert recommended("resnet18", colours).augment
    assert not recommended("resnet18", few).augment
    assert recommended("resnet18", few, augment=True).augment
    assert not recommended("digits-cnn", colours).augment


@pytest.mark.parametrize("changes", [{}, {"optimizer": "sgd", "augment": True, "batch": 64}])
def test_the_same_seed_gives_the_same_weights(few, changes):
    options = TrainOptions("digits-cnn", epochs=2, **changes)
    first, history = train(options, few)
    torch.rand(3)  # the global generator must not matter
    second, again = train(options, few)
    assert torch.equal(weights(first), weights(second))
    assert history == again
    other, _ = train(dataclasses.replace(options, seed=1), few)
    assert not torch.equal(weights(first), weights(other))


def test_trained_weights_lie_as_torch_makes_them(few):
    module, _ = train(TrainOptions("digits-cnn", epochs=1), few)
    assert all(weight.is_contiguous() for weight in module.parameters())


def test_training_leaves_the_global_generator_alone(few):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train(TrainOptions("digits-cnn", epochs=1), few)
    assert torch.equal(torch.rand(3), expected)


def test_progress_sees_every_epoch(few):
    seen = []
    _, history = train(TrainOptions("digits-cnn", epochs=3), few, seen.append)
    assert seen == history
    assert [epoch.number for epoch in seen] == [1, 2, 3]


def test_training_goes_on_from_a_network(few):
    first, _ = train(TrainOptions("digits-cnn", epochs=4), few)
    before = accuracy(first, few)
    again, history = train(
        TrainOptions("digits-cnn", epochs=1, learning_rate=1e-6), few, start=first
    )
    assert again is first
    assert history[0].accuracy == pytest.approx(before, abs=0.05)


def test_bfloat16_learns_almost_the_same(few):
    options = TrainOptions("digits-cnn", epochs=4)
    _, exact = train(options, few)
    module, rough = train(dataclasses.replace(options, precision="bfloat16"), few)
    assert rough != exact
    assert rough[-1].loss == pytest.approx(exact[-1].loss, rel=0.2)
    assert all(weight.dtype == torch.float32 for weight in module.parameters())


def test_a_diverging_training_says_so(few):
    options = TrainOptions("digits-cnn", epochs=2, optimizer="sgd", learning_rate=1e30)
    with pytest.raises(TabfabError, match="use a learning rate below"):
        train(options, few)


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"batch": 0}, {"learning_rate": 0.0}])
def test_impossible_options_are_refused(wrong):
    with pytest.raises(TabfabError, match="training needs"):
        TrainOptions("digits-cnn", **wrong)


def test_an_unknown_optimizer_is_refused():
    with pytest.raises(TabfabError, match="'adamw' or 'sgd'"):
        TrainOptions("digits-cnn", optimizer="adam")


def test_an_unknown_precision_is_refused():
    with pytest.raises(TabfabError, match="'float32' or 'bfloat16'"):
        TrainOptions("digits-cnn", precision="float8")


def test_a_single_class_is_nothing_to_learn():
    images = dataclasses.replace(few_digits(), targets=np.zeros(129, np.int64), classes=("all",))
    with pytest.raises(TabfabError, match="digits has images of one class alone"):
        train(TrainOptions("digits-cnn"), images)


def test_channel_statistics():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (20, 5, 4, 2), dtype=np.uint8)
    images[..., 1] = 51
    images = ImageSet(images, np.zeros(20, np.int64), ("all",), "random")
    mean, std = channel_statistics(images)
    scaled = images.images[..., 0] / 255
    assert mean == pytest.approx((scaled.mean(), 0.2))
    assert std == pytest.approx((scaled.std(), 1.0))


def test_crops_are_shifted_and_mirrored_windows_of_the_padded_image():
    images = torch.arange(1, 1 + 40 * 2 * 5 * 6).view(40, 2, 5, 6)
    seen = crop_and_flip(images, torch.Generator().manual_seed(0), margin=1)
    assert seen.shape == images.shape
    padded = torch.nn.functional.pad(images, (1, 1, 1, 1))
    found = set()
    for number in range(40):
        for top in range(3):
            for left in range(3):
                window = padded[number, :, top : top + 5, left : left + 6]
                for mirrored in (False, True):
                    if torch.equal(window.flip(2) if mirrored else window, seen[number]):
                        found.add((number, top, left, mirrored))
    assert len({number for number, *_ in found}) == 40
    assert {mirrored for *_, mirrored in found} == {False, True}
    assert len({(top, left) for _, top, left, _ in found}) == 9
