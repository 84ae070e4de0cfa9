"""Stages under construction: the parts that every kind of node is put together from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Edges, Pair
from ...compiler.store.errors import TabfabError
from ..engine.folding import Folding
from ..stream.elastic import Elastic
from ..stream.fork import Fork
from ..stream.lanes import Collector, Narrow, Widen, lane_groups
from ..stream.streams import StreamFormat
from ..stream.wires import ChannelWires
from ..window.border_padder import BorderPadder
from ..window.line_buffer import LineBuffer
from ..window.pixel_buffer import PixelBuffer
from ..window.row_windows import RowWindows
from ..window.window import NO_BORDER, Kernel, WindowGeometry
from ..window.window_stages import window_stages
from .content import Activations, Bordered, Content, Rearranged, Windows
from .network import Link, Port, Stage, StageComponent, instance_name

LINE_BUFFER = "line_buffer"
"""The part that collects windows, in the name of its stage."""
PIXEL_BUFFER = "pixel_buffer"
"""The part that does so where windows are of one pixel, in the name of its stage."""
ROW_WINDOWS = "row_windows"
"""The part that gives all taps of a window at once, in the name of its stage."""


class NoHardwareError(TabfabError):
    """A program with a node that has no hardware yet."""


@dataclass(frozen=True)
class OpenStream:
    """A stream whose reader is not there yet."""

    port: Port
    format: StreamFormat
    content: Content


class StageList:
    """Stages and links, each appended behind an open stream.

    Parameters
    ----------
    foldings: of the program's layers.
    clocks: per image, of the slowest of them; 0 where nobody says.
    arriving: elements of a pixel that each of them takes in a beat, where somebody says.

    Attributes
    ----------
    stages, links: so far.
    node: program node that new stages belong to.
    """

    def __init__(
        self,
        foldings: Mapping[str, Folding],
        clocks: int = 0,
        arriving: Mapping[str, int] | None = None,
    ) -> None:
        self.foldings = foldings
        self.clocks = clocks
        self.arriving = arriving or {}
        self.stages: list[Stage] = []
        self.links: list[Link] = []
        self.node = ""

    def windows(
        self,
        source: OpenStream,
        kernel: Kernel,
        lanes: int,
        zero: NDArray[np.integer],
        repeats: int = 1,
        sections: int = 1,
        at_once: Pair = (1, 1),
    ) -> OpenStream:
        """Windows of `source`, `lanes` elements of a pixel at a time.

        Parameters
        ----------
        source: the image.
        kernel: what slides over it.
        lanes: elements of a beat, each under all taps of `at_once`.
        zero: per element of a pixel, what padding pixels hold.
        repeats: how often each section of a pixel is read before the next.
        sections: equal parts of a pixel.
        at_once: rows and columns of taps in a beat (`WindowGeometry`).
        """
        source = self.lanes(source, lanes)
        padding = _words(zero, lanes, source.format.beats_per_pixel)
        windows = window_stages(kernel, source.format, repeats, sections, at_once)
        source = self.bordered(source, windows.border, zero)
        if windows.columns.is_pointwise and not windows.columns.is_plain:
            source = self._pixel_buffer(source, windows.columns, padding)
        elif not windows.columns.is_plain:
            source = self._line_buffer(source, windows.columns, padding)
        if windows.rows is not None:
            (word,) = padding
            stacked = tuple(value for value in word for _ in range(at_once[0]))
            source = self._row_windows(source, windows.rows, stacked)
        return source

    def _line_buffer(
        self, source: OpenStream, geometry: WindowGeometry, padding: tuple[tuple[int, ...], ...]
    ) -> OpenStream:
        fmt = source.format
        component = LineBuffer(fmt.shape, fmt.lanes, geometry, padding)
        content = Windows(source.content, fmt, geometry, padding)
        return self.stage(LINE_BUFFER, component, source, _read(fmt, geometry), content)

    def _pixel_buffer(
        self, source: OpenStream, geometry: WindowGeometry, padding: tuple[tuple[int, ...], ...]
    ) -> OpenStream:
        fmt = source.format
        component = PixelBuffer(fmt.shape, fmt.lanes, geometry)
        content = Windows(source.content, fmt, geometry, padding)
        return self.stage(PIXEL_BUFFER, component, source, _read(fmt, geometry), content)

    def _row_windows(
        self, source: OpenStream, geometry: WindowGeometry, padding: tuple[int, ...]
    ) -> OpenStream:
        """Windows of rows of pixels that are columns of taps."""
        fmt = replace(source.format, elements=source.format.lanes)
        component = RowWindows(fmt.shape, fmt.lanes, geometry, padding)
        content = Windows(source.content, fmt, geometry, (padding,))
        return self.stage(ROW_WINDOWS, component, source, _read(fmt, geometry), content)

    def bordered(self, source: OpenStream, border: Edges, zero: NDArray[np.integer]) -> OpenStream:
        """`source` with pixels around each image.

        Parameters
        ----------
        source: the image.
        border: how many.
        zero: per element of a pixel, what they hold.
        """
        if border == NO_BORDER:
            return source
        fmt = source.format
        pixel = _words(zero, fmt.lanes, fmt.beats_per_pixel)
        padder = BorderPadder(fmt.shape, fmt.lanes, (fmt.height, fmt.width), border, pixel)
        height, width = padder.bordered
        elements = tuple(value for word in pixel for value in word)[: fmt.elements]
        content = Bordered(source.content, border, elements)
        wider = replace(fmt, height=height, width=width)
        return self.stage("border", padder, source, wider, content)

    def lanes(self, source: OpenStream, lanes: int, part: str = "") -> OpenStream:
        """`source` with `lanes` elements per beat."""
        fmt = source.format
        common = gcd(fmt.lanes, lanes)
        if common < fmt.lanes:
            narrow = Narrow(fmt.shape, fmt.elements // fmt.groups, fmt.lanes, common)
            fmt = replace(fmt, lanes=common)
            source = self.stage(f"narrow{part}", narrow, source, fmt, source.content)
        if common < lanes:
            widen = _widening(fmt, common, lanes)
            fmt = replace(fmt, lanes=lanes)
            source = self.stage(f"widen{part}", widen, source, fmt, source.content)
        return source

    def rearranged(self, source: OpenStream, places: Sequence[int]) -> OpenStream:
        """`source` with the elements of every beat in other places.

        Parameters
        ----------
        source: beats without fill.
        places: of a beat, where each element comes from.
        """
        wires = ChannelWires(source.format.shape, source.format.lanes, places)
        content = Rearranged(source.content, wires.places)
        return self.stage("wires", wires, source, source.format, content)

    def fork(self, source: OpenStream, depths: Sequence[int]) -> list[OpenStream]:
        """`source` for several readers, with a queue of the given depth for each."""
        name = self.append("fork", Fork(source.format.shape, source.format.lanes, depths))
        self.link(source, Port(name, "i"))
        return [replace(source, port=Port(name, f"o{n}")) for n in range(len(depths))]

    # ----------------------------------------------------------------------------- wiring

    def stage(
        self,
        part: str,
        component: StageComponent,
        source: OpenStream,
        fmt: StreamFormat,
        content: Content | None = None,
    ) -> OpenStream:
        """Append a stage with one input and one output."""
        name = self.append(part, component)
        self.link(source, Port(name, "i"))
        return OpenStream(Port(name, "o"), fmt, content or Activations(self.node))

    def append(self, part: str, component: StageComponent) -> str:
        """Append a stage that is not linked yet; returns its name."""
        taken = {stage.name for stage in self.stages}
        name, number = f"{self.node}.{part}", 1
        while name in taken:
            number += 1
            name = f"{self.node}.{part}{number}"
        instance = instance_name(name, [stage.instance for stage in self.stages])
        self.stages.append(Stage(name, instance, self.node, component))
        return name

    def link(self, source: OpenStream, sink: Port) -> None:
        """Connect an open stream to its reader."""
        stage, port = source.port.stage, source.port.port
        name = "input" if stage is None else stage if port == "o" else f"{stage}.{port}"
        self.links.append(Link(name, self.node, source.port, sink, source.format, source.content))


def _read(fmt: StreamFormat, geometry: WindowGeometry) -> StreamFormat:
    """How windows travel that are read from a stream of `fmt`."""
    rows, columns = geometry.positions
    lanes = fmt.lanes * geometry.beat_taps
    elements = geometry.steps * lanes
    return replace(fmt, lanes=lanes, elements=elements, height=rows, width=columns)


def _widening(fmt: StreamFormat, narrow: int, wide: int) -> Collector | Elastic:
    """What puts the beats of `fmt`, of `narrow` lanes, together to `wide` ones."""
    elements = fmt.elements // fmt.groups
    size, *others = lane_groups(elements, narrow, wide)
    if others or size == 1:
        return Elastic(Widen(fmt.shape, elements, narrow, wide))
    return Collector(fmt.shape, narrow, wide, size)


def _words(pixel: NDArray[np.integer], lanes: int, beats: int) -> tuple[tuple[int, ...], ...]:
    """The elements of a pixel, beat by beat, filled up with zeros."""
    filled = np.zeros(beats * lanes, np.int64)
    filled[: len(pixel)] = pixel
    return tuple(tuple(word) for word in filled.reshape(-1, lanes).tolist())
