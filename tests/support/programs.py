"""Random small programs of every node kind that has hardware, for property tests.

Hypothesis draws the structure (node kinds, shapes, strides, layouts, foldings), so that a
failing program shrinks; what tables, weights and images hold comes from a drawn seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.compiler.program.nodes.exact import MULTIPLIER_BITS
from tabfab.compiler.program.nodes.haste import halo, patches
from tabfab.hw.engine.bank_geometry import FoldingError, divisors
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.nodes.methods.banked_layer import BankedLayer
from tabfab.hw.nodes.methods.layer import LayerHardware
from tabfab.hw.nodes.methods.table.hardware import TableHardware
from tabfab.hw.nodes.methods.unrolled import UNROLLED

MEMORIES = [
    MemoryOptions(),
    MemoryOptions(ports=2),
    MemoryOptions("ecp5", 2),
    MemoryOptions("ice40", 1, 20),
]
"""Layouts of tables in memory."""

_ANY_CLOCKS = 1 << 30
"""For a pixel: as many as any folding takes."""

ConvT = TypeVar("ConvT", ir.ExactConv, ir.TableConv, ir.DyadicConv, ir.HasteConv)


@dataclass(frozen=True, eq=False)
class Case:
    """A program, how to fold it, and images to run it on.

    Parameters
    ----------
    program, foldings, fork_depths: see `tabfab.hw.nodes.assemble.assemble`; no fork can deadlock.
    images: (N, height, width, channels) uint8.
    """

    program: ir.Program
    foldings: Mapping[str, Folding]
    fork_depths: Mapping[str, tuple[int, ...]]
    images: NDArray[np.uint8]

    def __repr__(self) -> str:
        """What a failing test prints."""
        lines = [f"{len(self.images)} images", f"foldings {dict(self.foldings)}"]
        for node in self.program:
            window = (
                f" kernel {node.kernel} stride {node.stride} padding {node.edges}"
                f" dilation {node.dilation}"
                if isinstance(node, ir.Window)
                else ""
            )
            table = (
                f" {node.layout} K {node.encoder.prototypes} L {node.encoder.length}"
                if isinstance(node, ir.TableConv)
                else ""
            )
            lines.append(
                f"{node.name} = {node.kind}{node.inputs} -> {node.shape} {node.type}{window}{table}"
            )
        return "\n".join(lines)


@dataclass(frozen=True)
class ConvOptions:
    """Shape of a convolution: `channels` is its outputs; the rest as in the Program."""

    channels: int
    kernel: ir.Pair = (1, 1)
    stride: ir.Pair = (1, 1)
    padding: ir.Pair = (0, 0)
    overhang: ir.Pair = (0, 0)
    dilation: ir.Pair = (1, 1)
    type: ir.ActivationType = ir.UINT8
    groups: int = 1


# ----------------------------------------------------------------------- random contents


def tree_encoder(
    rng: np.random.Generator, subspaces: int, prototypes: int, length: int, type: ir.ActivationType
) -> ir.TreeEncoder:
    """Trees whose thresholds lie in, and just outside, the range of `type`.

    One in three has twice as many leaves as prototypes.
    """
    leaf_codes = None
    leaves = prototypes
    if rng.integers(3) == 0:
        leaves *= 2
        leaf_codes = rng.integers(0, prototypes, (subspaces, leaves)).astype(np.uint16)
        leaf_codes[0, 0] = prototypes - 1  # the encoder has no fewer prototypes than that
    size = (subspaces, leaves - 1)
    return ir.TreeEncoder(
        rng.integers(0, length, size).astype(np.int16),
        rng.integers(type.low - 2, type.high + 3, size).astype(np.int16),
        length,
        leaf_codes,
    )


def nearest_encoder(
    rng: np.random.Generator, subspaces: int, prototypes: int, length: int, type: ir.ActivationType
) -> ir.NearestEncoder:
    """Prototypes in the range of `type`; one in three has so few values that many are as near."""
    size = (subspaces, prototypes, length)
    step = 1 if rng.integers(3) else max(1, (type.high - type.low) // 2)
    points = rng.integers(type.low, type.high + 1, size)
    return ir.NearestEncoder((points // step * step).astype(np.int16))


def nearest_l1_encoder(
    rng: np.random.Generator, subspaces: int, prototypes: int, length: int, type: ir.ActivationType
) -> ir.NearestL1Encoder:
    """See `nearest_encoder`."""
    return ir.NearestL1Encoder(nearest_encoder(rng, subspaces, prototypes, length, type).points)


ENCODERS: Mapping[str, Callable[..., ir.Encoder]] = {
    "tree": tree_encoder,
    "nearest": nearest_encoder,
    "nearest-l1": nearest_l1_encoder,
}
"""Random ones of each kind."""


def _conv_fields(
    rng: np.random.Generator, name: str, source: ir.Node, options: ConvOptions
) -> dict[str, Any]:
    _, height, width = source.shape
    rows, columns = (
        ir.window_output(
            size, options.kernel[axis], options.stride[axis], options.padding[axis],
            options.overhang[axis], options.dilation[axis],
        )
        for axis, size in enumerate((height, width))
    )  # fmt: skip
    low, high = np.sort(rng.integers(options.type.low, options.type.high + 1, 2)).tolist()
    if rng.random() < 0.7 or low == high:
        low, high = options.type.low, options.type.high
    return {
        "name": name,
        "inputs": (source.name,),
        "shape": (options.channels, rows, columns),
        "type": options.type,
        "kernel": options.kernel,
        "stride": options.stride,
        "padding": options.padding,
        "overhang": options.overhang,
        "dilation": options.dilation,
        "groups": options.groups,
        "low": low,
        "high": high,
        "bias": np.zeros(options.channels, np.int32),
        "shift": np.zeros(options.channels, np.int8),
    }


def _calibrated(rng: np.random.Generator, node: ConvT, source: ir.Node) -> ConvT:
    """`node` with biases and shifts at which its outputs are neither all clamped nor all alike."""
    channels = node.shape[0]
    least, most = ir.accumulator_bounds(node, source.type)
    reach = max(abs(least), abs(most), 1)
    bias = rng.integers(-reach // 2, reach // 2 + 1, channels).astype(np.int32)
    useful = max(0, reach.bit_length() - node.type.bits + 1)
    shift = rng.integers(0, useful + 1, channels).astype(np.int8)
    if rng.random() < 0.3:
        shift[:] = shift[0]
    elif rng.random() < 0.1:
        shift[0] = ir.MAX_SHIFT
    return ir.with_bounds(replace(node, bias=bias, shift=shift), source.type)


def exact_conv(
    rng: np.random.Generator,
    name: str,
    source: ir.Node,
    options: ConvOptions,
    *,
    multiplied: bool = False,
) -> ir.ExactConv:
    """A convolution with random int8 weights, and perhaps multipliers of its sums."""
    size = (options.channels, source.shape[0] // options.groups, *options.kernel)
    node = ir.ExactConv(
        **_conv_fields(rng, name, source, options),
        weight=rng.integers(-128, 128, size).astype(np.int8),
        multiplier=multipliers(rng, options.channels) if multiplied else None,
    )
    return _calibrated(rng, node, source)


def multipliers(rng: np.random.Generator, channels: int) -> NDArray[np.int16]:
    """(channels,) random ones, the least and the greatest among them."""
    one = 1 << MULTIPLIER_BITS
    chosen = rng.integers(one, 2 * one, channels)
    ends = rng.random(channels) < 0.2
    return np.where(ends, rng.choice([one, 2 * one - 1], channels), chosen).astype(np.int16)


def dyadic_conv(
    rng: np.random.Generator,
    name: str,
    source: ir.Node,
    options: ConvOptions,
    *,
    terms: int = 1,
    finest_shift: int = 3,
    quarters: bool = False,
) -> ir.DyadicConv:
    """A convolution with weights of random signed powers of two."""
    size = (terms, options.channels, source.shape[0] // options.groups, *options.kernel)
    node = ir.DyadicConv(
        **_conv_fields(rng, name, source, options),
        finest_shift=finest_shift,
        terms=rng.integers(-finest_shift - 1, finest_shift + 2, size).astype(np.int8),
        alpha=rng.integers(4, 8, options.channels).astype(np.int8) if quarters else None,
    )
    return _calibrated(rng, node, source)


def table_conv(
    rng: np.random.Generator,
    name: str,
    source: ir.Node,
    options: ConvOptions,
    *,
    layout: ir.Layout = "pixel",
    prototypes: int = 4,
    length: int = 2,
    encoder: str = "tree",
) -> ir.TableConv:
    """A convolution with a random encoder of the kind `encoder` and int8 tables."""
    taps = options.kernel[0] * options.kernel[1]
    in_group = source.shape[0] // options.groups
    subspaces = options.groups * ir.subspaces_per_group(in_group, taps, length, layout)
    outputs = options.channels // options.groups
    size = (subspaces, taps if layout == "pixel" else 1, prototypes, outputs)
    node = ir.TableConv(
        **_conv_fields(rng, name, source, options),
        layout=layout,
        encoder=ENCODERS[encoder](rng, subspaces, prototypes, length, source.type),
        tables=rng.integers(-128, 128, size).astype(np.int8),
    )
    return _calibrated(rng, node, source)


def haste_conv(
    rng: np.random.Generator,
    name: str,
    source: ir.Node,
    options: ConvOptions,
    *,
    patch: ir.Pair = (3, 3),
    planes: int = 3,
    fraction_bits: int = 2,
) -> ir.HasteConv:
    """A convolution with random int8 weights over channels that random hyperplanes merge."""
    fields = _conv_fields(rng, name, source, options)
    channels = source.shape[0] // options.groups
    counts = np.zeros((options.groups, *patches(fields["shape"], patch)), np.int64)
    size = (planes, *halo(patch, options.stride, options.kernel))
    node = ir.HasteConv(
        **fields,
        weight=rng.integers(-128, 128, (options.channels, channels, *options.kernel)).astype(
            np.int8
        ),
        patch=patch,
        hyperplanes=rng.integers(-1, 2, size).astype(np.int8),
        fraction_bits=fraction_bits,
        counted=1,
        buckets=counts + rng.integers(1, channels + 1),
        merged=counts,
    )
    return _calibrated(rng, node, source)


def activation_table(
    rng: np.random.Generator,
    name: str,
    source: ir.Node,
    kind: ir.ActivationType,
    *,
    tables: int = 1,
) -> ir.ActivationTable:
    """A random function from the type of `source` to `kind`, with any zero point."""
    size = (tables, 1 << source.type.bits)
    return ir.ActivationTable(
        name=name,
        inputs=(source.name,),
        shape=source.shape,
        type=kind,
        source=source.type,
        tables=rng.integers(kind.low, kind.high + 1, size).astype(np.int16),
        zero=int(rng.integers(kind.low, kind.high + 1)),
    )


def image_input(rng: np.random.Generator, channels: int, height: int, width: int) -> ir.Input:
    """The image, with a random padding value."""
    zero = rng.integers(0, 256, channels).astype(np.int16)
    return ir.Input(
        name="image", inputs=(), shape=(channels, height, width), type=ir.UINT8, zero=zero
    )


# ---------------------------------------------------------------------- random structure


def types() -> st.SearchStrategy[ir.ActivationType]:
    """Any activation type."""
    return st.builds(ir.ActivationType, st.integers(2, 8), signed=st.booleans())


class Sketch:
    """A program under construction; its methods append nodes and return the last of them."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1), label="seed"))
        height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
        self.nodes: list[ir.Node] = [image_input(self.rng, draw(st.integers(1, 4)), height, width)]

    def append(self, node: ir.Node) -> ir.Node:
        """Add `node`."""
        self.nodes.append(node)
        return node

    def name(self, kind: str) -> str:
        """A new node's name."""
        return f"{kind}{len(self.nodes)}"

    def window(self, source: ir.Node) -> dict[str, Any]:
        """A window that fits `source`: sometimes larger than it, or with a stride above it."""
        axes = []
        for size in source.shape[1:]:
            kernel = self.draw(st.sampled_from([1, 1, 2, 3, 3, 4]))
            dilation = self.draw(st.sampled_from([1, 1, 1, 2, 3]))
            reach = ir.reach(kernel, dilation)
            least = max(0, -(-(reach - size) // 2))
            most = self.draw(st.sampled_from([reach - 1, reach - 1, kernel + 1]))
            padding = self.draw(st.integers(least, max(least, most)))
            fewest = max(-padding, reach - size - 2 * padding)
            more = self.draw(st.sampled_from([0, 0, *range(fewest, 3)]))
            stride = self.draw(st.sampled_from([1, 1, 1, 2, 2, 3, 5]))
            axes.append((kernel, stride, padding, more, dilation))
        names = ("kernel", "stride", "padding", "overhang", "dilation")
        return dict(zip(names, zip(*axes, strict=True), strict=True))

    def conv(self, source: ir.Node, options: ConvOptions | None = None) -> ir.Node:
        """A convolution by any method."""
        draw = self.draw
        if options is None:
            groups = draw(st.sampled_from([1, 1, *divisors(source.shape[0])]))
            channels = groups * draw(st.integers(1, max(1, 6 // groups)))
            options = ConvOptions(channels, **self.window(source), groups=groups)
        options = replace(options, type=draw(types()))
        kinds = ["exact", "dyadic", "haste", "pixel", "patch"]
        if options.dilation != (1, 1):
            kinds.remove("haste")
        kind = draw(st.sampled_from(kinds))
        if kind == "haste":
            patch = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
            planes, bits = draw(st.sampled_from([1, 2, 3, 9])), draw(st.integers(0, 6))
            node = haste_conv(
                self.rng, self.name("haste"), source, options,
                patch=patch, planes=planes, fraction_bits=bits,
            )  # fmt: skip
            return self.append(node)
        if kind == "exact":
            multiplied = draw(st.sampled_from([False, False, True]))
            name = self.name("exact")
            return self.append(exact_conv(self.rng, name, source, options, multiplied=multiplied))
        if kind == "dyadic":
            return self.append(
                dyadic_conv(
                    self.rng,
                    self.name("dyadic"),
                    source,
                    options,
                    terms=draw(st.integers(1, 3)),
                    finest_shift=draw(st.integers(0, 7)),
                    quarters=draw(st.booleans()),
                )
            )
        encoder = draw(st.sampled_from(["tree", "tree", "nearest", "nearest-l1"]))
        # Those with many prototypes take many clocks to simulate.
        code_bits = [1, 2, 3, 4, 4, 8, 9] if encoder == "tree" else [1, 2, 2, 3, 4]
        return self.append(
            table_conv(
                self.rng,
                self.name("table"),
                source,
                options,
                layout=kind,  # type: ignore[arg-type]
                prototypes=1 << draw(st.sampled_from(code_bits)),
                length=draw(st.integers(1, 6)),
                encoder=encoder,
            )
        )

    def max_pool(self, source: ir.Node) -> ir.Node:
        """A maximum pool."""
        window = self.window(source)
        return self.append(
            ir.MaxPool(
                name=self.name("max"),
                inputs=(source.name,),
                shape=_window_shape(source, window),
                type=source.type,
                **window,
            )
        )

    def average_pool(self, source: ir.Node) -> ir.Node:
        """An average pool, of which all pixels may count, or not those of the padding."""
        window = {**self.window(source), "dilation": (1, 1)}
        pool = ir.AveragePool(
            name=self.name("average"),
            inputs=(source.name,),
            shape=_window_shape(source, window),
            **window,
            **self.clamped(),
            shift=self.draw(st.integers(0, 6)),
            factor=self.draw(st.sampled_from([1, 1, 7, 57])),
        )
        if self.draw(st.booleans()):
            factors = st.sampled_from([1, 3, 57, 64, 100])
            counted = replace(
                pool,
                uncounted=pool.edges,
                factors=tuple(self.draw(factors) for _ in range(pool.taps)),
            )
            if all(counts.min() > 0 for counts in counted.counts(source.shape)):
                pool = counted
        return self.append(pool)

    def clamp(self, source: ir.Node) -> ir.Node:
        """A clamp by itself."""
        fields = {"inputs": (source.name,), "shape": source.shape, **self.clamped()}
        return self.append(ir.Clamp(name=self.name("clamp"), **fields))

    def activation(self, source: ir.Node) -> ir.Node:
        """A random function, the same for all channels or one for each."""
        tables = self.draw(st.sampled_from([1, source.shape[0]]))
        kind = self.draw(types())
        name = self.name("function")
        return self.append(activation_table(self.rng, name, source, kind, tables=tables))

    def slice_pad(self, source: ir.Node) -> ir.Node:
        """A parameter-free shortcut by itself, or a part of an image."""
        step = (self.draw(st.integers(1, 4)), self.draw(st.integers(1, 4)))
        before, after = self.draw(st.integers(0, 4)), self.draw(st.integers(0, 4))
        channels, *size = source.shape
        cut = ir.NO_EDGES
        if self.draw(st.booleans()):
            starts = [self.draw(st.integers(0, length - 1)) for length in size]
            ends = [
                self.draw(st.integers(0, length - 1 - start))
                for length, start in zip(size, starts, strict=True)
            ]
            cut = ((starts[0], ends[0]), (starts[1], ends[1]))
        rows, columns = ir.kept_pixels(size, cut, step)
        shape = (before + channels + after, len(rows), len(columns))
        return self.append(
            ir.SlicePad(
                name=self.name("cut"),
                inputs=(source.name,),
                shape=shape,
                type=source.type,
                step=step,
                channels=(before, after),
                cut=cut,
            )
        )

    def reshape(self, source: ir.Node) -> ir.Node:
        """The same values in another shape."""
        channels, height, width = source.shape
        factor = self.draw(st.sampled_from(divisors(channels)))
        shape = (channels // factor, self.draw(st.permutations([height, width * factor])))
        return self.append(
            ir.Reshape(
                name=self.name("reshape"),
                inputs=(source.name,),
                shape=(shape[0], *shape[1]),
                type=source.type,
            )
        )

    def pad(self, source: ir.Node) -> ir.Node:
        """A border by itself."""
        sizes = st.integers(0, 2)
        rows, columns = (self.draw(sizes), self.draw(sizes)), (self.draw(sizes), self.draw(sizes))
        channels, height, width = source.shape
        return self.append(
            ir.Pad(
                name=self.name("pad"),
                inputs=(source.name,),
                shape=(channels, height + sum(rows), width + sum(columns)),
                type=source.type,
                border=(rows, columns),
            )
        )

    def add(self, a: ir.Node, b: ir.Node) -> ir.Node:
        """The sum of two nodes, in either order."""
        sources = (a, b) if self.draw(st.booleans()) else (b, a)
        return self.append(
            ir.Add(
                name=self.name("add"),
                inputs=(sources[0].name, sources[1].name),
                shape=a.shape,
                **self.clamped(),
                left=(self.draw(st.integers(0, 3)), self.draw(st.integers(0, 3))),
                shift=self.draw(st.integers(0, 4)),
                subtracts=self.draw(st.booleans()),
            )
        )

    def multiply(self, a: ir.Node, b: ir.Node) -> ir.Node:
        """The product of two nodes, in either order."""
        sources = (a, b) if self.draw(st.booleans()) else (b, a)
        return self.append(
            ir.Multiply(
                name=self.name("multiply"),
                inputs=(sources[0].name, sources[1].name),
                shape=a.shape,
                **self.clamped(),
                shift=self.draw(st.integers(0, 10)),
                factor=self.draw(st.sampled_from([1, 1, 7, 57])),
            )
        )

    def gate(self, source: ir.Node) -> ir.Node:
        """Squeeze and excitation: each channel times what a layer makes of all channels' means."""
        channels, height, width = source.shape
        mean = self.append(
            ir.AveragePool(
                name=self.name("squeeze"),
                inputs=(source.name,),
                shape=(channels, 1, 1),
                type=source.type,
                low=source.type.low,
                high=source.type.high,
                kernel=(height, width),
                shift=(height * width).bit_length() - 1,
            )
        )
        scale = self.conv(mean, ConvOptions(channels))
        spread = self.append(
            ir.Upsample(
                name=self.name("excite"),
                inputs=(scale.name,),
                shape=source.shape,
                type=scale.type,
                factor=(height, width),
            )
        )
        return self.multiply(source, spread)

    def concat(self, *sources: ir.Node) -> ir.Node:
        """Channels of some nodes, one after the other; in half of all cases as they are."""
        kinds = {node.type for node in sources}
        if len(kinds) == 1 and self.draw(st.booleans()):
            (kind,) = kinds
            fields: dict[str, Any] = {"type": kind, "low": kind.low, "high": kind.high}
            left = shift = (0,) * len(sources)
        else:
            fields = self.clamped()
            left, shift = (
                tuple(self.draw(st.integers(0, 3)) for _ in sources) for _ in ("left", "right")
            )
        return self.append(
            ir.Concat(
                name=self.name("concat"),
                inputs=tuple(node.name for node in sources),
                shape=(sum(node.shape[0] for node in sources), *sources[0].shape[1:]),
                left=left,
                shift=shift,
                **fields,
            )
        )

    def channel_select(self, source: ir.Node, channels: tuple[int, ...] = ()) -> ir.Node:
        """Some channels that follow each other, or any."""
        count = source.shape[0]
        if not channels and self.draw(st.booleans()):
            first = self.draw(st.integers(0, count - 1))
            channels = tuple(range(first, self.draw(st.integers(first + 1, count))))
        elif not channels:
            one = st.integers(0, count - 1)
            channels = tuple(self.draw(st.lists(one, min_size=1, max_size=6)))
        return self.append(
            ir.ChannelSelect(
                name=self.name("select"),
                inputs=(source.name,),
                shape=(len(channels), *source.shape[1:]),
                type=source.type,
                channels=channels,
            )
        )

    def upsample(self, source: ir.Node) -> ir.Node:
        """Every pixel several times, unless there are many already."""
        channels, height, width = source.shape
        most = 3 if height * width <= 16 else 1
        rows, columns = self.draw(st.integers(1, most)), self.draw(st.integers(1, most))
        return self.append(
            ir.Upsample(
                name=self.name("up"),
                inputs=(source.name,),
                shape=(channels, height * rows, width * columns),
                type=source.type,
                factor=(rows, columns),
            )
        )

    def interpolate(self, source: ir.Node) -> ir.Node:
        """Bilinear upsampling, unless there are many pixels already."""
        channels, height, width = source.shape
        factors = st.sampled_from([1, 2, 4] if height * width <= 9 else [1, 2])
        rows, columns = self.draw(factors), self.draw(factors)
        if height * width > 30:
            rows = columns = 1
        return self.append(
            ir.Interpolate(
                name=self.name("between"),
                inputs=(source.name,),
                shape=(channels, height * rows, width * columns),
                type=source.type,
                factor=(rows, columns),
            )
        )

    def depth_to_space(self, source: ir.Node) -> ir.Node:
        """A transposed convolution: one of more channels, which become pixels."""
        block = self.draw(st.sampled_from([(1, 2), (2, 1), (2, 2), (3, 2)]))
        if source.shape[1] * source.shape[2] > 16:
            block = (1, 1)
        channels = self.draw(st.integers(1, 3))
        pixels = block[0] * block[1]
        wide = self.conv(source, ConvOptions(channels * pixels, (1, 1)))
        _, height, width = wide.shape
        return self.append(
            ir.DepthToSpace(
                name=self.name("spread"),
                inputs=(wide.name,),
                shape=(channels, height * block[0], width * block[1]),
                type=wide.type,
                block=block,
            )
        )

    def hourglass(self, source: ir.Node) -> ir.Node:
        """Down and up again, beside what stayed as it was: a U-Net of one step."""
        _, height, width = source.shape
        if height % 2 or width % 2:
            return self.upsample(source)
        small = self.append(
            ir.MaxPool(
                name=self.name("half"),
                inputs=(source.name,),
                shape=(source.shape[0], height // 2, width // 2),
                type=source.type,
                kernel=(2, 2),
                stride=(2, 2),
            )
        )
        inner = self.conv(small, ConvOptions(self.draw(st.integers(1, 4)), (3, 3), padding=(1, 1)))
        large = self.append(
            ir.Upsample(
                name=self.name("double"),
                inputs=(inner.name,),
                shape=(inner.shape[0], height, width),
                type=inner.type,
                factor=(2, 2),
            )
        )
        return self.concat(source, large)

    def branches(self, source: ir.Node) -> ir.Node:
        """A block whose branches are put side by side, as in Inception, DenseNet or ShuffleNet."""
        kind = self.draw(st.sampled_from(["twice", "dense", "inception", "halves"]))
        if kind == "twice":
            return self.concat(source, source)
        same = ConvOptions(self.draw(st.integers(1, 5)), (3, 3), padding=(1, 1))
        if kind == "dense":
            return self.concat(source, self.conv(source, same))
        if kind == "inception":
            third = ConvOptions(self.draw(st.integers(1, 3)), (1, 1))
            return self.concat(self.conv(source, same), self.conv(source, third), source)
        half = source.shape[0] // 2
        if not half:
            return self.concat(source, source)
        kept = self.channel_select(source, tuple(range(half)))
        other = self.channel_select(source, tuple(range(half, source.shape[0])))
        return self.concat(kept, self.conv(other, same))

    def clamped(self) -> dict[str, Any]:
        """Type and clamp of a requantized node."""
        type_ = self.draw(types())
        if self.draw(st.booleans()):
            return {"type": type_, "low": type_.low, "high": type_.high}
        bound = st.integers(type_.low, type_.high)
        low, high = sorted((self.draw(bound), self.draw(bound)))
        return {"type": type_, "low": low, "high": high}

    def residual(self, source: ir.Node, nested: bool = True) -> ir.Node:
        """A block with a shortcut: the input itself, a projection of it, or around such a block."""
        kinds = ["twice", "identity", "square", "projection", "nested"]
        kind = self.draw(st.sampled_from(kinds if nested else kinds[:3]))
        if kind == "twice":
            return self.add(source, source)
        if kind == "square":
            return self.multiply(source, source)
        if kind == "nested":
            return self.add(source, self.residual(source, nested=False))
        if kind == "projection":
            step = (self.draw(st.integers(1, 2)), self.draw(st.integers(1, 2)))
            outputs = self.draw(st.integers(1, 6))
            left = self.conv(source, ConvOptions(outputs, (3, 3), step, (1, 1)))
            return self.add(left, self.conv(source, ConvOptions(outputs, (1, 1), step)))
        kernel = (self.draw(st.sampled_from([1, 3])), self.draw(st.sampled_from([1, 3])))
        padding = (kernel[0] // 2, kernel[1] // 2)
        same = ConvOptions(source.shape[0], kernel, padding=padding)
        return self.add(self.conv(source, same), source)

    def flat(self, source: ir.Node) -> ir.Node:
        """All values as channels of one pixel."""
        shape = (int(np.prod(source.shape)), 1, 1)
        return self.append(
            ir.Flatten(name=self.name("flat"), inputs=(source.name,), shape=shape, type=source.type)
        )

    def heads(self, source: ir.Node) -> ir.Node:
        """Two answers: one of every pixel, and one of all of them or the same map as it is."""
        first = self.conv(source, ConvOptions(self.draw(st.integers(1, 3)), (1, 1)))
        second = self.flat(source)
        if self.draw(st.booleans()):
            second = self.conv(second, ConvOptions(self.draw(st.integers(1, 4))))
        rows = [self.flat(first), second]
        kind = self.draw(types())
        return self.append(
            ir.Outputs(
                name=self.name("outputs"),
                inputs=tuple(node.name for node in rows),
                shape=(sum(node.shape[0] for node in rows), 1, 1),
                type=kind,
                low=kind.low,
                high=kind.high,
                left=(0, 0),
                shift=(self.draw(st.integers(0, 1)), self.draw(st.integers(0, 1))),
                heads=("first", "second"),
                shapes=(first.shape, rows[1].shape),
                scales=(0.5, 0.25),
            )
        )

    def head(self, source: ir.Node) -> ir.Node:
        """Flatten, and perhaps a linear layer and argmax."""
        result = self.flat(source)
        if self.draw(st.booleans()):
            result = self.conv(result, ConvOptions(self.draw(st.integers(1, 10))))
        if result.shape[0] <= ir.UINT8.high + 1 and self.draw(st.booleans()):
            result = self.append(
                ir.Argmax(
                    name=self.name("argmax"),
                    inputs=(result.name,),
                    shape=(1, 1, 1),
                    type=ir.UINT8,
                )
            )
        return result


def _window_shape(source: ir.Node, window: Mapping[str, ir.Pair]) -> ir.Shape:
    names = ("kernel", "stride", "padding", "overhang", "dilation")
    rows, columns = (
        ir.window_output(size, *(window[name][axis] for name in names))
        for axis, size in enumerate(source.shape[1:])
    )
    return source.shape[0], rows, columns


@st.composite
def cases(draw: st.DrawFn, max_layers: int = 3, max_images: int = 3) -> Case:
    """Programs with foldings and images.

    Parameters
    ----------
    draw: hypothesis's own.
    max_layers: nodes or residual blocks before the flattened end.
    max_images: 1 up to so many images.
    """
    sketch = Sketch(draw)
    here = sketch.nodes[0]
    kinds = [
        sketch.conv, sketch.conv, sketch.conv, sketch.max_pool, sketch.average_pool, sketch.clamp,
        sketch.slice_pad, sketch.activation, sketch.residual, sketch.branches,
        sketch.channel_select, sketch.upsample, sketch.depth_to_space, sketch.hourglass,
        sketch.reshape, sketch.pad, sketch.gate,
        sketch.interpolate,
    ]  # fmt: skip
    for _ in range(draw(st.integers(1, max_layers))):
        here = draw(st.sampled_from(kinds))(here)
    ending = draw(st.sampled_from([None, sketch.head, sketch.heads]))
    if ending is not None:
        ending(here)
    program = ir.Program(tuple(sketch.nodes))
    channels, height, width = program.input.shape
    count = draw(st.integers(1, max_images))
    images = sketch.rng.integers(0, 256, (count, height, width, channels)).astype(np.uint8)
    return Case(program, _foldings(draw, program), fork_depths(program), images)


def _foldings(draw: st.DrawFn, program: ir.Program) -> dict[str, Folding]:
    """Any folding of each convolution."""
    foldings = {}
    for name, layer in layers(program).items():
        if can_be_unrolled(layer) and draw(st.booleans()):
            knobs = {UNROLLED: draw(st.integers(1, 3))}
            foldings[name] = replace(layer.unrolled(), knobs=knobs)
            continue
        foldable = layer.foldable
        if foldable.groups > 1 or not isinstance(layer, BankedLayer):
            lanes, outputs = draw(st.sampled_from(foldable.foldings()))
        else:
            lanes = draw(st.integers(1, foldable.inputs))
            outputs = draw(st.sampled_from(divisors(foldable.channels)))
        memory = draw(st.sampled_from(MEMORIES))
        folding = Folding(lanes, outputs, memory=memory)
        taps = _taps(draw, layer, folding) if isinstance(layer, BankedLayer) else {}
        knobs = _knobs(draw, layer) if isinstance(layer, TableHardware) else {}
        foldings[name] = replace(folding, knobs=knobs, **taps)
    return foldings


def _knobs(draw: st.DrawFn, layer: TableHardware) -> dict[str, int]:
    """How its encoder is folded, or nothing."""
    return draw(st.sampled_from([{}, *layer.encoder.choices(_ANY_CLOCKS)]))


def _taps(draw: st.DrawFn, layer: BankedLayer[Any], folding: Folding) -> dict[str, int]:
    """How many taps of a window at once, and all inputs where these need all."""
    taps = draw(st.sampled_from(layer.tap_choices))
    _, columns = layer.bank_taps(replace(folding, taps=taps))
    if columns == 1:
        return {"taps": taps}
    whole = [pair for pair in layer.foldable.foldings() if pair[0] == layer.inputs]
    lanes, outputs = draw(st.sampled_from(whole))
    return {"taps": taps, "lanes": lanes, "outputs": outputs}


def can_be_unrolled(layer: LayerHardware[Any]) -> bool:
    """Whether a layer has an unrolled form."""
    try:
        layer.unrolled()
    except FoldingError:
        return False
    return True


def fork_depths(program: ir.Program) -> dict[str, tuple[int, ...]]:
    """Queues that hold two whole images, more than any branch needs before it answers."""
    depths = {}
    for node in program:
        readers = sum(other.inputs.count(node.name) for other in program)
        if readers > 1:
            depths[node.name] = (2 * int(np.prod(node.shape)),) * readers
    return depths
