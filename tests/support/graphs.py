"""Small float networks with random weights, and images for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tabfab.compiler import graph as g
from tabfab.compiler.data import ImageSet
from tabfab.compiler.graph import float_graph

Images = NDArray[np.uint8]


class GraphSketch:
    """Builds small graphs with random weights."""

    def __init__(self, shape: tuple[int, int, int], normalized: bool = True) -> None:
        self.random = np.random.default_rng(0)
        mean, std = (0.4, 0.3) if normalized else (0.0, 1.0)
        self.layers: list[g.Layer] = [
            g.Input(
                name="image", inputs=(), shape=shape,
                mean=np.full(shape[0], mean, np.float32), std=np.full(shape[0], std, np.float32),
            )
        ]  # fmt: skip

    @property
    def last(self) -> g.Layer:
        return self.layers[-1]

    def conv(
        self, name: str, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1,
        relu: bool = True, source: str | None = None,
    ) -> GraphSketch:  # fmt: skip
        before = next(layer for layer in self.layers if layer.name == (source or self.last.name))
        channels, height, width = before.shape
        padding = kernel // 2
        weight = self.random.normal(size=(outputs, channels // groups, kernel, kernel))
        weight /= np.sqrt(weight[0].size / 2)
        size = [(side + 2 * padding - kernel) // stride + 1 for side in (height, width)]
        self.layers.append(
            g.Conv(
                name=name, inputs=(before.name,), shape=(outputs, size[0], size[1]),
                kernel=(kernel, kernel), stride=(stride, stride), padding=(padding, padding),
                groups=groups, weight=weight.astype(np.float32),
                bias=self.random.normal(size=outputs).astype(np.float32) / 4,
                low=0.0 if relu else -np.inf,
            )
        )  # fmt: skip
        return self

    def pool(
        self, kind: type[g.MaxPool] | type[g.AveragePool], name: str, size: int
    ) -> GraphSketch:
        channels, height, width = self.last.shape
        self.layers.append(
            kind(
                name=name, inputs=(self.last.name,), kernel=(size, size), stride=(size, size),
                shape=(channels, height // size, width // size),
            )
        )  # fmt: skip
        return self

    def add(self, name: str, other: str) -> GraphSketch:
        self.layers.append(
            g.Add(name=name, inputs=(self.last.name, other), shape=self.last.shape, low=0.0)
        )
        return self

    def flatten(self) -> GraphSketch:
        size = int(np.prod(self.last.shape))
        self.layers.append(g.Flatten(name="flatten", inputs=(self.last.name,), shape=(size, 1, 1)))
        return self

    def graph(self) -> g.Graph:
        return g.Graph(tuple(self.layers))


def chain() -> g.Graph:
    """A small network of every usual layer."""
    sketch = GraphSketch((1, 8, 8)).conv("conv1", 6).pool(g.MaxPool, "pool", 2).conv("conv2", 8)
    return sketch.flatten().conv("linear", 5, kernel=1, relu=False).graph()


def residual() -> g.Graph:
    """A block with a shortcut, a depthwise layer and an average pool."""
    sketch = GraphSketch((3, 8, 8)).conv("stem", 8).conv("depthwise", 8, groups=8)
    sketch.conv("project", 8, kernel=1, relu=False).add("sum", "stem")
    sketch.pool(g.AveragePool, "average", 8)
    return sketch.conv("linear", 4, kernel=1, relu=False).graph()


def images_for(network: g.Graph, count: int = 60, seed: int = 1) -> Images:
    """Smooth random images: neighbouring pixels are alike, as in photographs."""
    channels, height, width = network.input.shape
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (count, -(-height // 2), -(-width // 2), channels))
    fine = coarse.repeat(2, axis=1).repeat(2, axis=2)[:, :height, :width]
    return (fine + random.integers(-9, 10, fine.shape)).clip(0, 255).astype(np.uint8)


def labelled(network: g.Graph, count: int = 100) -> ImageSet:
    """Images labelled with what the float network says of them."""
    images = images_for(network, count, seed=5)
    answers = float_graph.answers(network, images).numpy().argmax(axis=1)
    classes = tuple(map(str, range(network.layers[-1].shape[0])))
    return ImageSet(images, answers, classes, "labelled")
