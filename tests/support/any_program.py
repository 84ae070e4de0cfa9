"""Random small programs of every node kind, for property tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler import program as p

TYPES = [p.UINT8, p.INT8, p.ActivationType(4, signed=False), p.ActivationType(5, signed=True)]


class Builder:
    """Adds random nodes to a program."""

    def __init__(self, seed: int, shape: p.Shape) -> None:
        self.random = np.random.default_rng(seed)
        zero = self.random.integers(0, 256, shape[0]).astype(np.int16)
        self.nodes: list[p.Node] = [
            p.Input(name="n0", inputs=(), shape=shape, type=p.UINT8, zero=zero)
        ]

    def add(self, kind: str) -> None:
        """Append a node of `kind` that reads the last one, if its shape allows."""
        source = self.nodes[-1]
        node = getattr(self, f"_{kind}")(source, f"n{len(self.nodes)}")
        if node is not None:
            self.nodes.append(node)

    def _type(self) -> p.ActivationType:
        return TYPES[self.random.integers(len(TYPES))]

    def _range(self, kind: p.ActivationType) -> tuple[int, int]:
        low, high = sorted(self.random.integers(kind.low, kind.high + 1, 2).tolist())
        return low, high

    def _window(self, shape: p.Shape) -> tuple[p.Pair, p.Pair, p.Pair, p.Pair]:
        """Kernel, stride, padding, and the size of the output."""
        kernel = tuple(int(self.random.integers(1, min(3, size) + 1)) for size in shape[1:])
        stride = tuple(self.random.integers(1, 4, 2).tolist())
        padding = tuple(int(self.random.integers(0, k // 2 + 1)) for k in kernel)
        size = tuple(
            p.window_output(shape[1 + axis], kernel[axis], stride[axis], padding[axis])
            for axis in (0, 1)
        )
        return kernel, stride, padding, size  # type: ignore[return-value]

    def _conv(self, source: p.Node, table: bool, name: str) -> p.Conv:
        kernel, stride, padding, size = self._window(source.shape)
        channels = source.shape[0]
        groups = int(self.random.choice([g for g in (1, 2, channels) if channels % g == 0]))
        outputs = groups * int(self.random.integers(1, 4))
        kind = self._type()
        low, high = self._range(kind)
        common: dict[str, Any] = {
            "name": name,
            "inputs": (source.name,),
            "shape": (outputs, *size),
            "type": kind,
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "groups": groups,
            "low": low,
            "high": high,
            "bias": self.random.integers(-5000, 5000, outputs).astype(np.int32),
            "shift": self.random.integers(0, 12, outputs).astype(np.int8),
        }
        if not table:
            shape = (outputs, channels // groups, *kernel)
            weight = self.random.integers(-128, 128, shape).astype(np.int8)
            return p.with_bounds(p.ExactConv(weight=weight, **common), source.type)
        layout: p.Layout = "pixel" if self.random.integers(2) else "patch"
        taps, length = kernel[0] * kernel[1], int(self.random.integers(1, 6))
        count = groups * p.subspaces_per_group(channels // groups, taps, length, layout)
        encoder = self._encoder(count, length, source.type)
        shape = (count, taps if layout == "pixel" else 1, encoder.prototypes, outputs // groups)
        tables = self.random.integers(-128, 128, shape).astype(np.int8)
        node = p.TableConv(layout=layout, encoder=encoder, tables=tables, **common)
        return p.with_bounds(node, source.type)

    def _encoder(self, count: int, length: int, kind: p.ActivationType) -> p.Encoder:
        prototypes = int(2 ** self.random.integers(1, 5))
        if self.random.integers(2):
            shape = (count, prototypes - 1)
            return p.TreeEncoder(
                self.random.integers(0, length, shape).astype(np.int16),
                self.random.integers(kind.low, kind.high + 1, shape).astype(np.int16),
                length,
            )
        shape = (count, prototypes, length)
        return p.NearestEncoder(
            self.random.integers(kind.low, kind.high + 1, shape).astype(np.int16)
        )

    def _table_conv(self, source: p.Node, name: str) -> p.Conv:
        return self._conv(source, True, name)

    def _exact_conv(self, source: p.Node, name: str) -> p.Conv:
        return self._conv(source, False, name)

    def _max_pool(self, source: p.Node, name: str) -> p.MaxPool:
        kernel, stride, padding, size = self._window(source.shape)
        return p.MaxPool(
            name=name, inputs=(source.name,), shape=(source.shape[0], *size), type=source.type,
            kernel=kernel, stride=stride, padding=padding,
        )  # fmt: skip

    def _average_pool(self, source: p.Node, name: str) -> p.AveragePool:
        kernel, stride, padding, size = self._window(source.shape)
        kind = self._type()
        low, high = self._range(kind)
        return p.AveragePool(
            name=name, inputs=(source.name,), shape=(source.shape[0], *size), type=kind,
            kernel=kernel, stride=stride, padding=padding, low=low, high=high,
            shift=int(self.random.integers(0, 6)),
        )  # fmt: skip

    def _add(self, source: p.Node, name: str) -> p.Add | None:
        others = [node for node in self.nodes[:-1] if node.shape == source.shape]
        if not others:
            return None
        kind = self._type()
        low, high = self._range(kind)
        left = (int(self.random.integers(0, 4)), int(self.random.integers(0, 4)))
        return p.Add(
            name=name, inputs=(source.name, others[-1].name), shape=source.shape, type=kind,
            low=low, high=high, left=left, shift=int(self.random.integers(0, 6)),
        )  # fmt: skip

    def _clamp(self, source: p.Node, name: str) -> p.Clamp:
        low, high = self._range(source.type)
        return p.Clamp(
            name=name, inputs=(source.name,), shape=source.shape, type=source.type,
            low=low, high=high,
        )  # fmt: skip

    def _slice_pad(self, source: p.Node, name: str) -> p.SlicePad:
        step = tuple(self.random.integers(1, 3, 2).tolist())
        channels = tuple(self.random.integers(0, 3, 2).tolist())
        shape = (
            source.shape[0] + sum(channels),
            -(-source.shape[1] // step[0]),
            -(-source.shape[2] // step[1]),
        )
        return p.SlicePad(
            name=name, inputs=(source.name,), shape=shape, type=source.type,
            step=step, channels=channels,
        )  # fmt: skip

    def _flatten(self, source: p.Node, name: str) -> p.Flatten:
        shape = (int(np.prod(source.shape)), 1, 1)
        return p.Flatten(name=name, inputs=(source.name,), shape=shape, type=source.type)

    def _argmax(self, source: p.Node, name: str) -> p.Argmax | None:
        if source.shape[1:] != (1, 1):
            return None
        return p.Argmax(name=name, inputs=(source.name,), shape=(1, 1, 1), type=p.UINT8)


KINDS = [kind for kind in p.NODE_KINDS if kind not in ("input", "argmax")]


@st.composite
def programs(draw: st.DrawFn) -> tuple[p.Program, NDArray[np.uint8]]:
    """A program of up to six nodes and some images for it."""
    shape = (draw(st.integers(1, 6)), draw(st.integers(1, 7)), draw(st.integers(1, 7)))
    builder = Builder(draw(st.integers(0, 2**32 - 1)), shape)
    for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5)):
        builder.add(kind)
    if draw(st.booleans()):
        builder.add("argmax")
    images = builder.random.integers(0, 256, (draw(st.integers(1, 4)), *shape[1:], shape[0]))
    return p.Program(tuple(builder.nodes)), images.astype(np.uint8)
