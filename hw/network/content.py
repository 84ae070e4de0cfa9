"""Content: words for what a stream carries, from which the golden model makes its beats."""

from __future__ import annotations

from dataclasses import dataclass

from ...compiler.program import Edges, Pair
from ..stream.streams import StreamFormat
from ..window.window import WindowGeometry


@dataclass(frozen=True)
class Activations:
    """A stream carries the output of program node `node`."""

    node: str


@dataclass(frozen=True)
class Inside:
    """A stream within a layer carries what the layer's method makes of its input.

    Parameters
    ----------
    node: the layer.
    stream: name of what is carried, by which the golden model knows it (``codes``).
    """

    node: str
    stream: str


@dataclass(frozen=True)
class Windows:
    """A stream carries the windows that a line buffer reads from another stream.

    Parameters
    ----------
    source, source_format: the line buffer's input.
    geometry: what it reads.
    padding: per word of a pixel, the lane values of a padding pixel.
    """

    source: Content
    source_format: StreamFormat
    geometry: WindowGeometry
    padding: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Bordered:
    """A stream carries what another one does, with constant pixels around every image.

    Parameters
    ----------
    source: what is inside.
    border: rows (above, below) and columns (to the left, to the right).
    pixel: per element, what a border pixel holds.
    """

    source: Content
    border: Edges
    pixel: tuple[int, ...]


@dataclass(frozen=True)
class Filled:
    """A stream carries what another one does, each part of a pixel filled up with zeros.

    Parameters
    ----------
    source: what is inside.
    parts: of a pixel, equal ones.
    elements: of each, fill and all.
    """

    source: Content
    parts: int
    elements: int


@dataclass(frozen=True)
class Rearranged:
    """A stream carries the elements of another one's pixels in another order.

    Parameters
    ----------
    source: the same in the first order.
    places: where each element of a part of a pixel comes from in it; a pixel has as many parts of
        this size as fit.
    """

    source: Content
    places: tuple[int, ...]


@dataclass(frozen=True)
class Patches:
    """A stream carries the pixels of another one patch by patch.

    In each patch come `lanes` elements of all its pixels, row-major, then the next ones of all.

    Parameters
    ----------
    source: the same pixel by pixel.
    patch: (rows, columns) of a patch, the first of which begins at the first pixel; the last ones
        may have fewer.
    lanes: that divide the elements.
    """

    source: Content
    patch: Pair
    lanes: int


Content = Activations | Inside | Windows | Bordered | Filled | Rearranged | Patches
