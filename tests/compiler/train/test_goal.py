"""What networks are trained to answer: classes, classes of pixels, or what they were given."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from tabfab.compiler.data import ImageSet, load
from tabfab.compiler.networks import NETWORKS
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.train import TrainOptions, goal_of, train


def few(name: str, count: int = 96) -> ImageSet:
    return load(name, "train").first(count)


@pytest.mark.parametrize(
    ("network", "data"), [("u-net", "scattered-digits"), ("autoencoder", "machine-sounds")]
)
def test_they_learn_pixels_and_values(network: str, data: str) -> None:
    images = few(data, 256)
    module, history = train(TrainOptions(network, epochs=6, batch=32, learning_rate=1e-2), images)
    assert history[-1].loss < 0.8 * history[0].loss
    assert history[-1].accuracy > history[0].accuracy
    with torch.no_grad():
        x = torch.from_numpy(images.images.transpose(0, 3, 1, 2) / np.float32(255))
        answers = module(x).numpy().reshape(len(images), -1)
    goal = goal_of(network, images)
    assert goal.task == {"u-net": "segmentation", "autoencoder": "regression"}[network]
    assert goal.quality(answers) > 0.5
    assert goal.quality(answers[::-1]) < goal.quality(answers)


def test_an_autoencoder_takes_any_images() -> None:
    digits = dataclasses.replace(few("digits"), targets=None)
    assert np.array_equal(
        goal_of("autoencoder", digits).targets.numpy(),
        (digits.images.reshape(96, 64) / 255).astype(np.float32),
    )


@pytest.mark.parametrize(
    ("network", "data", "what"),
    [
        ("u-net", "digits", "digits has no class number for each pixel.*scattered-digits"),
        ("lenet", "scattered-digits", "a class number for each image is needed"),
        ("ecg", "machine-sounds", "a class number for each image is needed"),
    ],
)
def test_data_that_do_not_say_it_are_refused(network: str, data: str, what: str) -> None:
    with pytest.raises(TabfabError, match=what):
        train(TrainOptions(network, epochs=1), few(data))


def test_maps_are_not_shifted() -> None:
    with pytest.raises(TabfabError, match="leave --augment away"):
        train(TrainOptions("u-net", epochs=1, augment=True), few("scattered-digits"))


def test_every_network_has_a_goal() -> None:
    assert {network.answers for network in NETWORKS.values()} == {"classes", "pixels", "itself"}
