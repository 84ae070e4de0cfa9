"""Drawings in the documentation's pages: fences ``wavedrom`` and ``flow`` become SVG, offline.

`wavedrom` is WaveDrom's JSON of a timing diagram. `flow` is a line of boxes, joined by arrows
where it has ``>``. Both are drawn by Schemdraw, in the colour of the text around them.
"""

from __future__ import annotations

import html
import re
from typing import Any

import schemdraw
from pymdownx.superfences import SuperFencesException
from schemdraw import flow
from schemdraw.logic import TimingDiagram

schemdraw.use("svg")
schemdraw.svgconfig.text = "text"

_INK, _PAPER = "#010203", "#fdfcfb"
"""Colours that the drawing alone has: `_themed` puts the page's in their place."""
_ARROW, _ROW, _ROW_HEIGHT = 0.7, 18.0, 1.3
"""Lengths of an arrow and of a row of boxes, which is as wide as a page, and between two rows."""
_WIDEST = 26
"""Characters of a box: longer texts are broken."""


def wavedrom(source: str, *_: Any, **__: Any) -> str:
    """A timing diagram from WaveDrom's JSON, as HTML.

    Raises
    ------
    SuperFencesException: the JSON is none, or no diagram.
    """
    drawing = _drawing()
    try:
        drawing.add(TimingDiagram.from_json(source, ygap=0.4, namecolor=_INK, gridcolor="#888888"))
        return _figure(drawing, source)
    except Exception as error:  # whatever Schemdraw meets; any other would be passed over
        raise SuperFencesException(f"{error!r} in the drawing {source!r}") from error


def boxes(source: str, *_: Any, **__: Any) -> str:
    """Boxes one after the other, as HTML; in several rows where they do not fit into one."""
    drawing = _drawing()
    x = y = 0.0
    for name in source.strip().split(">"):
        text = _broken(name.strip())
        longest, lines = max(map(len, text.split("\n"))), text.count("\n") + 1
        width = 0.17 * longest + 0.5
        if x + _ARROW + width > _ROW:
            x, y = 0.0, y - _ROW_HEIGHT
        if (x, y) != (0.0, 0.0):
            drawing.add(flow.Arrow(arrow="->").at((x, y)).right(_ARROW))
            x += _ARROW
        box = flow.Box(w=width, h=0.3 * lines + 0.5).anchor("W").at((x, y))
        drawing.add(box.label(text))
        x += width
    return _figure(drawing, source)


def _drawing() -> schemdraw.Drawing:
    drawing = schemdraw.Drawing(show=False, canvas="svg")
    drawing.config(fontsize=11, color=_INK, lw=1.2)
    return drawing


def _broken(text: str) -> str:
    """The text on two lines, where it is long."""
    if len(text) <= _WIDEST:
        return text
    middle = min((at for at, letter in enumerate(text) if letter == " "),
                 key=lambda at: abs(at - len(text) // 2), default=None)  # fmt: skip
    return text if middle is None else f"{text[:middle]}\n{text[middle + 1 :]}"


def _figure(drawing: schemdraw.Drawing, source: str) -> str:
    svg = drawing.get_imagedata("svg").decode()
    svg = svg[svg.index("<svg") :]
    said = html.escape(" ".join(source.split()), quote=True)
    return f'<div class="drawing" role="img" aria-label="{said}">{_themed(svg)}</div>'


def _themed(svg: str) -> str:
    """The drawing in the page's colours, as wide as it is: style.css lets it scroll."""
    svg = re.sub(rf"(?i){_INK}|\bblack\b", "currentColor", svg)
    svg = re.sub(r"(?i)\bwhite\b", "var(--md-default-bg-color)", svg)
    size = re.search(r'width="([\d.]+)(?:pt|px)?"', svg)
    if size is None:
        raise ValueError("the drawing does not say how wide it is")
    return svg.replace(size[0], f'style="width:{float(size[1]):.0f}px"', 1)
