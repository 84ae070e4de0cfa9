"""What the documentation's site is made of: drawings, docstrings, pages of reference."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest.importorskip("mkdocs")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs" / "site"))

import commands
import devices
import docstrings
import drawings
import json_output
import parts
from pymdownx.superfences import SuperFencesException
from tables import table

import boards

WAVES = '{"signal": [{"name": "clk", "wave": "p.."}, {"name": "d", "wave": "x=x", "data": ["a"]}]}'


@pytest.mark.parametrize("drawn", [drawings.wavedrom(WAVES), drawings.boxes("one > two <b")])
def test_drawings_are_svg_in_the_pages_colours(drawn: str) -> None:
    tree = ElementTree.fromstring(drawn)
    assert tree.get("role") == "img"
    assert tree.get("aria-label")
    assert "currentColor" in drawn
    for colour in ("black", "white", "blue", drawings._INK):
        assert f":{colour}" not in drawn
        assert f'"{colour}"' not in drawn


def test_boxes_stand_beside_each_other() -> None:
    one, two, three = (drawings.boxes(text) for text in ("a", "a > b", "a > b > c"))
    assert len(one) < len(two) < len(three)
    sizes = [float(text.split("width:")[1].split("px")[0]) for text in (one, two, three)]
    assert sizes[1] > 2 * sizes[0]
    assert sizes[2] > sizes[1] + sizes[0]
    many = drawings.boxes(" > ".join(["something"] * 12))
    assert float(many.split("width:")[1].split("px")[0]) < 700  # in rows


@pytest.mark.parametrize("source", ["", "{", '{"signal": [{"name": "x", "wave": 3}]}'])
def test_a_drawing_that_is_none_ends_the_build(source: str) -> None:
    with pytest.raises(SuperFencesException):
        drawings.wavedrom(source)


def test_docstrings_become_googles() -> None:
    text = (
        "Bakes.\n\nParameters\n----------\nheat: how hot,\n    in C.\n\n"
        "Raises\n------\nOvenError: no.\n"
    )
    assert docstrings.google(text) == (
        "Bakes.\n\nArgs:\n    heat: how hot,\n        in C.\n\nRaises:\n    OvenError: no.\n"
    )
    assert docstrings.google("No sections.") == "No sections."


def test_cells_are_harmless() -> None:
    assert table(["a", "b"], [(1234, "x|y\n`a|b`"), (None, True)]).splitlines()[2:] == [
        "| 1,234 | x&#124;y `a|b` |", "|  | True |"
    ]  # fmt: skip


def test_pages_have_what_they_are_of() -> None:
    from tabfab.boards.catalog import BOARDS
    from tabfab.cli.schemas import schemas
    from tabfab.hw.device.devices import devices as known
    from tabfab.sim.proofs.catalog import PROOFS

    assert all(f"## tabfab {verb}\n" in commands.page() for verb in commands.verbs())
    assert all(f"| `{name}` |" in boards.page() for name in BOARDS)
    assert all(f"| `{name}` |" in devices.page() for name in known())
    assert all(f"## tabfab {verb}\n" in json_output.page() for verb in schemas())
    made = parts.page()
    assert all(f"## {proof.component}\n" in made for proof in PROOFS)
    queue = made.split("## Queue\n")[1].split("\n## ")[0]
    assert "| `level` | out | unsigned, 1 bit |" in queue  # of the first proof, depth 1
    assert '"wave": "x=x=x=x=x=x="' in queue  # which takes a beat every second clock
