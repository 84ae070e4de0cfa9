"""Random small programs of every node kind, for property tests."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler import program as p
from tabfab.compiler.program.nodes.haste import halo, patches

from .programs import multipliers

TYPES = [p.ActivationType(bits, signed) for bits in range(2, 9) for signed in (False, True)]


class Builder:
    """Adds random nodes to a program, its corners included.

    Windows may lie in padding altogether, strides may be larger than kernels, shifts reach from
    0 to the largest, thresholds and prototypes meet activations exactly, and prototypes repeat.
    """

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
        return TYPES[self.random.integers(len(TYPES))] if self.random.integers(2) else p.INT8

    def _shifts(self, count: int) -> NDArray[np.int8]:
        most = self.random.choice([0, 4, 12, p.MAX_SHIFT])
        return self.random.integers(0, most + 1, count).astype(np.int8)

    def _range(self, kind: p.ActivationType) -> tuple[int, int]:
        if self.random.integers(2):
            return kind.low, kind.high
        low, high = sorted(self.random.integers(kind.low, kind.high + 1, 2).tolist())
        return low, high

    def _window(self, shape: p.Shape, dilated: bool = True) -> tuple[dict[str, p.Pair], p.Pair]:
        """The fields of a window, and the size of its output."""
        kernel = tuple(self.random.integers(1, 5, 2).tolist())
        stride = tuple(self.random.choice([1, 1, 2, 3, 5], 2).tolist())
        dilation = (1, 1)
        if dilated and self.random.integers(2):
            dilation = tuple(self.random.integers(1, 4, 2).tolist())
        reach = [p.reach(k, d) for k, d in zip(kernel, dilation, strict=True)]
        least = (max(0, -(-(r - size) // 2)) for r, size in zip(reach, shape[1:], strict=True))
        padding = tuple(
            int(self.random.integers(low, max(low, k // 2) + 1 + (self.random.random() < 0.2)))
            for low, k in zip(least, kernel, strict=True)
        )
        fewest = [
            max(-padding[axis], reach[axis] - shape[1 + axis] - 2 * padding[axis])
            for axis in (0, 1)
        ]
        more = tuple(int(self.random.integers(low, 3)) for low in fewest)
        if self.random.integers(2):
            more = (0, 0)
        size = tuple(
            p.window_output(
                shape[1 + axis], kernel[axis], stride[axis], padding[axis], more[axis],
                dilation[axis],
            )
            for axis in (0, 1)
        )  # fmt: skip
        fields = {
            "kernel": kernel, "stride": stride, "padding": padding, "overhang": more,
            "dilation": dilation,
        }  # fmt: skip
        return fields, size  # type: ignore[return-value]

    def _conv(self, source: p.Node, method: str, name: str) -> p.Conv:
        window, size = self._window(source.shape, dilated=method != "haste")
        kernel, channels = window["kernel"], source.shape[0]
        groups = int(self.random.choice([g for g in (1, 2, channels) if channels % g == 0]))
        outputs = groups * int(self.random.integers(1, 4))
        kind = self._type()
        low, high = self._range(kind)
        common: dict[str, Any] = {
            "name": name,
            "inputs": (source.name,),
            "shape": (outputs, *size),
            "type": kind,
            **window,
            "groups": groups,
            "low": low,
            "high": high,
            "bias": self._bias(outputs),
            "shift": self._shifts(outputs),
        }
        if method == "exact":
            shape = (outputs, channels // groups, *kernel)
            weight = self.random.integers(-128, 128, shape).astype(np.int8)
            several = multipliers(self.random, outputs) if self.random.integers(3) == 0 else None
            exact = p.ExactConv(weight=weight, multiplier=several, **common)
            return p.with_bounds(exact, source.type)
        if method == "dyadic":
            finest = int(self.random.integers(0, 8))
            shape = (int(self.random.integers(1, 4)), outputs, channels // groups, *kernel)
            terms = self.random.integers(-finest - 1, finest + 2, shape).astype(np.int8)
            alpha = self.random.integers(4, 8, outputs).astype(np.int8)
            if self.random.integers(2):
                alpha = None
            dyadic = p.DyadicConv(finest_shift=finest, terms=terms, alpha=alpha, **common)
            return p.with_bounds(dyadic, source.type)
        if method == "haste":
            return self._merging(source, common, channels // groups)
        layout: p.Layout = "pixel" if self.random.integers(2) else "patch"
        taps, length = kernel[0] * kernel[1], int(self.random.integers(1, 6))
        count = groups * p.subspaces_per_group(channels // groups, taps, length, layout)
        encoder = self._encoder(count, length, source.type)
        shape = (count, taps if layout == "pixel" else 1, encoder.prototypes, outputs // groups)
        tables = self.random.integers(-128, 128, shape).astype(np.int8)
        node = p.TableConv(layout=layout, encoder=encoder, tables=tables, **common)
        return p.with_bounds(node, source.type)

    def _merging(self, source: p.Node, common: dict[str, Any], channels: int) -> p.Conv:
        """A haste layer; one in three has so few hyperplanes that nearly all channels merge.

        Patches may reach beyond the output, and be larger than it.
        """
        patch = tuple(self.random.integers(1, 5, 2).tolist())
        counts = np.zeros((common["groups"], *patches(common["shape"], patch)), np.int64)
        planes = int(self.random.choice([1, 2, 9, 17]))
        size = (planes, *halo(patch, common["stride"], common["kernel"]))
        shape = (common["shape"][0], channels, *common["kernel"])
        node = p.HasteConv(
            **{**common, "bias": common["bias"] // 2},
            weight=self.random.integers(-128, 128, shape).astype(np.int8),
            patch=patch,
            hyperplanes=self.random.integers(-1, 2, size).astype(np.int8),
            fraction_bits=int(self.random.integers(0, 7)),
            counted=2,
            buckets=counts + self.random.integers(2, 2 * channels + 1),
            merged=counts,
        )
        return p.with_bounds(node, source.type)

    def _bias(self, outputs: int) -> NDArray[np.int32]:
        reach = int(self.random.choice([0, 300, 5000, (1 << 31) - (1 << 26)]))
        return self.random.integers(-reach, reach + 1, outputs).astype(np.int32)

    def _encoder(self, count: int, length: int, kind: p.ActivationType) -> p.Encoder:
        prototypes = 1 << int(self.random.choice([1, 1, 2, 3, 4, 8]))
        # Few values, so that activations meet thresholds and prototypes lie equally far.
        steps = int(self.random.choice([1, 1, 50]))
        if self.random.integers(2):
            shape = (count, prototypes - 1)
            merged = self.random.integers(0, prototypes, (count, prototypes)).astype(np.uint16)
            return p.TreeEncoder(
                self.random.integers(0, length, shape).astype(np.int16),
                self.random.integers(kind.low - 1, kind.high + 2, shape).astype(np.int16),
                length,
                None if self.random.integers(3) else merged // int(self.random.choice([1, 2, 4])),
            )
        shape = (count, prototypes, length)
        points = self.random.integers(kind.low, kind.high + 1, shape)
        nearest = p.NearestEncoder if self.random.integers(2) else p.NearestL1Encoder
        return nearest((points // steps * steps).astype(np.int16))

    def _table_conv(self, source: p.Node, name: str) -> p.Conv:
        return self._conv(source, "table", name)

    def _exact_conv(self, source: p.Node, name: str) -> p.Conv:
        return self._conv(source, "exact", name)

    def _dyadic_conv(self, source: p.Node, name: str) -> p.Conv:
        return self._conv(source, "dyadic", name)

    def _haste_conv(self, source: p.Node, name: str) -> p.Conv:
        return self._conv(source, "haste", name)

    def _max_pool(self, source: p.Node, name: str) -> p.MaxPool:
        window, size = self._window(source.shape)
        return p.MaxPool(
            name=name, inputs=(source.name,), shape=(source.shape[0], *size), type=source.type,
            **window,
        )  # fmt: skip

    def _average_pool(self, source: p.Node, name: str) -> p.AveragePool:
        window, size = self._window(source.shape, dilated=False)
        kind = self._type()
        low, high = self._range(kind)
        pool = p.AveragePool(
            name=name, inputs=(source.name,), shape=(source.shape[0], *size), type=kind,
            **window, low=low, high=high,
            shift=int(self._shifts(1)[0]), factor=int(self.random.choice([1, 1, 3, 455, 4096])),
        )  # fmt: skip
        factors = self.random.choice([1, 3, 455, 4096], pool.taps).tolist()
        counted = dataclasses.replace(pool, uncounted=pool.edges, factors=tuple(factors))
        counts = all(each.min() > 0 for each in counted.counts(source.shape))
        return counted if counts and self.random.integers(2) else pool

    def _add(self, source: p.Node, name: str) -> p.Add:
        others = [node for node in self.nodes if node.shape == source.shape]
        other = others[self.random.integers(len(others))]
        kind = self._type()
        low, high = self._range(kind)
        first, second, shift = self._shifts(3).tolist()
        return p.Add(
            name=name, inputs=(source.name, other.name), shape=source.shape, type=kind,
            low=low, high=high, left=(first, second), shift=shift,
            subtracts=bool(self.random.integers(2)),
        )  # fmt: skip

    def _interpolate(self, source: p.Node, name: str) -> p.Interpolate | None:
        factor = tuple(self.random.choice([1, 2, 2, 4], 2).tolist())
        shape = (source.shape[0], source.shape[1] * factor[0], source.shape[2] * factor[1])
        if shape[1] * shape[2] > 400:
            return None
        return p.Interpolate(
            name=name, inputs=(source.name,), shape=shape, type=source.type, factor=factor
        )

    def _multiply(self, source: p.Node, name: str) -> p.Multiply:
        others = [node for node in self.nodes if node.shape == source.shape]
        other = others[self.random.integers(len(others))]
        kind = self._type()
        low, high = self._range(kind)
        return p.Multiply(
            name=name, inputs=(source.name, other.name), shape=source.shape, type=kind,
            low=low, high=high, shift=int(self._shifts(1)[0]),
            factor=int(self.random.choice([1, 1, 3, 455, 4096])),
        )  # fmt: skip

    def _clamp(self, source: p.Node, name: str) -> p.Clamp:
        kind = self._type()
        low, high = self._range(kind)
        return p.Clamp(
            name=name, inputs=(source.name,), shape=source.shape, type=kind,
            low=low, high=high,
        )  # fmt: skip

    def _activation(self, source: p.Node, name: str) -> p.ActivationTable:
        kind = self._type()
        low, high = self._range(kind)
        size = (int(self.random.choice([1, source.shape[0]])), 1 << source.type.bits)
        return p.ActivationTable(
            name=name, inputs=(source.name,), shape=source.shape, type=kind, source=source.type,
            tables=self.random.integers(low, high + 1, size).astype(np.int16), zero=low,
        )  # fmt: skip

    def _slice_pad(self, source: p.Node, name: str) -> p.SlicePad:
        step = tuple(self.random.integers(1, 4, 2).tolist())
        channels = tuple(self.random.integers(0, 3, 2).tolist())
        cut = p.NO_EDGES
        if self.random.integers(2):
            cut = tuple(self._cut(size) for size in source.shape[1:])
        rows, columns = p.kept_pixels(source.shape[1:], cut, step)
        shape = (source.shape[0] + sum(channels), len(rows), len(columns))
        return p.SlicePad(
            name=name, inputs=(source.name,), shape=shape, type=source.type,
            step=step, channels=channels, cut=cut,
        )  # fmt: skip

    def _cut(self, size: int) -> p.Pair:
        before = int(self.random.integers(0, size))
        return before, int(self.random.integers(0, size - before))

    def _flatten(self, source: p.Node, name: str) -> p.Flatten:
        shape = (int(np.prod(source.shape)), 1, 1)
        return p.Flatten(name=name, inputs=(source.name,), shape=shape, type=source.type)

    def _concat(self, source: p.Node, name: str) -> p.Concat:
        others = [node for node in self.nodes if node.shape[1:] == source.shape[1:]]
        more = self.random.integers(0, len(others), self.random.integers(1, 4)).tolist()
        sources = [source, *(others[n] for n in more)]
        kind = self._type()
        low, high = self._range(kind)
        return p.Concat(
            name=name, inputs=tuple(node.name for node in sources), type=kind, low=low, high=high,
            shape=(sum(node.shape[0] for node in sources), *source.shape[1:]),
            left=tuple(self._shifts(len(sources)).tolist()),
            shift=tuple(self._shifts(len(sources)).tolist()),
        )  # fmt: skip

    def _channel_select(self, source: p.Node, name: str) -> p.ChannelSelect:
        channels = self.random.integers(0, source.shape[0], self.random.integers(1, 7))
        return p.ChannelSelect(
            name=name, inputs=(source.name,), shape=(len(channels), *source.shape[1:]),
            type=source.type, channels=tuple(channels.tolist()),
        )  # fmt: skip

    def _outputs(self, source: p.Node, name: str) -> p.Outputs:
        if source.shape[1:] != (1, 1):
            source = self._flatten(source, name)
            self.nodes.append(source)
            name = f"n{len(self.nodes)}"
        others = [node for node in self.nodes if node.shape[1:] == (1, 1)]
        more = self.random.integers(0, len(others), self.random.integers(1, 4)).tolist()
        sources = [source, *(others[n] for n in more)]
        kind = self._type()
        return p.Outputs(
            name=name, inputs=tuple(node.name for node in sources), type=kind, low=kind.low,
            high=kind.high, shape=(sum(node.shape[0] for node in sources), 1, 1),
            left=tuple(self._shifts(len(sources)).tolist()),
            shift=tuple(self._shifts(len(sources)).tolist()),
            heads=tuple(node.name for node in sources),
            shapes=tuple(node.shape for node in sources),
            scales=tuple(self.random.random(len(sources)).tolist()),
        )  # fmt: skip

    def _upsample(self, source: p.Node, name: str) -> p.Upsample | None:
        factor = tuple(self.random.integers(1, 4, 2).tolist())
        channels, height, width = source.shape
        if height * width > 64:
            return None
        shape = (channels, height * factor[0], width * factor[1])
        return p.Upsample(
            name=name, inputs=(source.name,), shape=shape, type=source.type, factor=factor
        )

    def _depth_to_space(self, source: p.Node, name: str) -> p.DepthToSpace | None:
        blocks = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (1, 3), (2, 3)]
        fitting = [block for block in blocks if source.shape[0] % (block[0] * block[1]) == 0]
        block = fitting[-1]
        channels, height, width = source.shape
        shape = (channels // (block[0] * block[1]), height * block[0], width * block[1])
        return p.DepthToSpace(
            name=name, inputs=(source.name,), shape=shape, type=source.type, block=block
        )

    def _reshape(self, source: p.Node, name: str) -> p.Reshape:
        shape = list(source.shape)
        self.random.shuffle(shape)
        factor = int(self.random.choice([n for n in range(1, shape[0] + 1) if shape[0] % n == 0]))
        channels, height, width = shape
        return p.Reshape(
            name=name, inputs=(source.name,), type=source.type,
            shape=(channels // factor, height * factor, width),
        )  # fmt: skip

    def _pad(self, source: p.Node, name: str) -> p.Pad:
        above, below, left, right = self.random.integers(0, 3, 4).tolist()
        channels, height, width = source.shape
        return p.Pad(
            name=name, inputs=(source.name,), type=source.type,
            shape=(channels, above + height + below, left + width + right),
            border=((above, below), (left, right)),
        )  # fmt: skip

    def _argmax(self, source: p.Node, name: str) -> p.Argmax | None:
        if source.shape[1:] != (1, 1) or source.shape[0] > p.UINT8.high + 1:
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
    step = draw(st.sampled_from([1, 1, 50, 255]))  # few values, so that they tie
    images = builder.random.integers(0, 256, (draw(st.integers(1, 4)), *shape[1:], shape[0]))
    return p.Program(tuple(builder.nodes)), (images // step * step).astype(np.uint8)
