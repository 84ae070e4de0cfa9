"""The stream that every component speaks: beats of a few elements of one pixel.

A stream carries images one after another; pixels are row-major, the elements of a pixel follow
each other (channel-minor), `lanes` of them in a beat. A pixel starts with a new beat: where the
lanes do not divide the elements, the last beat of each pixel is filled up with zeros. `last`
marks the last beat of an image.
"""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.hdl import Shape, ShapeLike, signed, unsigned
from amaranth.lib import data, stream

from ...compiler.program import ActivationType


def beat(shape: ShapeLike, lanes: int) -> data.StructLayout:
    """Payload of a stream: `lanes` elements of `shape` and the `last` flag."""
    return data.StructLayout({"data": data.ArrayLayout(shape, lanes), "last": 1})


def elastic(shape: ShapeLike, lanes: int) -> stream.Signature:
    """Signature of a stream between stages, which may stall."""
    return stream.Signature(beat(shape, lanes))


def rigid(shape: ShapeLike, lanes: int) -> stream.Signature:
    """Signature of a stream within a stage, which never stalls."""
    return stream.Signature(beat(shape, lanes), always_ready=True)


def shape_of(type_: ActivationType) -> Shape:
    """Amaranth's shape of an activation."""
    return signed(type_.bits) if type_.signed else unsigned(type_.bits)


def range_shape(low: int, high: int) -> Shape:
    """The smallest shape that holds every integer from `low` to `high`."""
    return Shape.cast(range(min(low, 0), max(high, 0) + 1))


@dataclass(frozen=True)
class StreamFormat:
    """How one tensor travels over one stream.

    Parameters
    ----------
    bits, is_signed: of an element.
    lanes: elements in a beat.
    elements: elements of a pixel, without the fill of its last beat.
    height, width: pixels.
    groups: equal parts of a pixel's elements, each of which begins with a new beat.
    """

    bits: int
    is_signed: bool
    lanes: int
    elements: int
    height: int
    width: int
    groups: int = 1

    @property
    def shape(self) -> Shape:
        """Amaranth's shape of an element."""
        return signed(self.bits) if self.is_signed else unsigned(self.bits)

    @property
    def beats_per_pixel(self) -> int:
        """Beats of one pixel, the last of each group possibly filled up."""
        return self.groups * -(-self.elements // (self.groups * self.lanes))

    @property
    def beats_per_image(self) -> int:
        """Beats from one `last` to the next."""
        return self.height * self.width * self.beats_per_pixel
