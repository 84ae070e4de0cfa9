"""A digits network trained briefly, and a few digits."""

from __future__ import annotations

import dataclasses

import pytest
from tabfab.compiler.data import ImageSet, load
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.graph import Graph
from tabfab.compiler.train import recommended, train


@pytest.fixture(scope="session")
def digits() -> ImageSet:
    return load("digits", "train")


@pytest.fixture(scope="session")
def few(digits: ImageSet) -> ImageSet:
    return dataclasses.replace(digits, images=digits.images[:200], targets=digits.labels[:200])


@pytest.fixture(scope="session")
def network(digits: ImageSet) -> Graph:
    module, _ = train(recommended("digits-cnn", digits, epochs=6), digits)
    return import_graph(module, digits.image_shape)
