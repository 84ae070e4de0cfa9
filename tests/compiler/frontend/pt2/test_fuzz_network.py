"""Whatever a saved network holds, it is taken as far as its layers or refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from support.mutations import damaged_bytes, damaged_json, refused
from support.pt2 import CONSTANTS, MODEL, WEIGHTS, Parts, Small, load_and_import, save

NUMBERS = [0, -1, 1, 2, 3, 2**31 - 1, 2**31, 2**62, -(2**63)]


class Saved:
    """A good archive, and a file to write a damaged one to."""

    def __init__(self, directory: Path) -> None:
        torch.manual_seed(0)
        good = save(Small(), directory / "good.pt2")
        self.parts = Parts(good)
        self.whole = good.read_bytes()
        self.path = directory / "model.pt2"

    def check(self, changes: dict[str, bytes | None]) -> None:
        """Take the archive with other members, whose checksums are right."""
        self.parts.write(self.path, changes)
        refused(lambda: load_and_import(str(self.path)))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return Saved(tmp_path_factory.mktemp("saved"))


@pytest.mark.parametrize("name", [MODEL, WEIGHTS, CONSTANTS])
@given(data=st.data())
def test_any_json(name: str, data: st.DataObject, saved: Saved) -> None:
    document = data.draw(damaged_json(saved.parts.document(name), damages=1))
    saved.check({name: json.dumps(document).encode()})


@given(data=st.data())
def test_any_argument(data: st.DataObject, saved: Saved) -> None:
    """Numbers that no operator expects: some of torch's kernels divide by what they are given."""
    document = saved.parts.document(MODEL)
    nodes = document["graph_module"]["graph"]["nodes"]
    arguments = [
        entry["arg"] for node in nodes for entry in node["inputs"]
        if {"as_int", "as_ints", "as_sym_ints", "as_float"} & set(entry["arg"])
    ]  # fmt: skip
    argument = data.draw(st.sampled_from(arguments))
    number = st.sampled_from(NUMBERS)
    argument.clear()
    argument.update(
        data.draw(
            st.one_of(
                number.map(lambda value: {"as_int": value}),
                st.lists(number, max_size=4).map(lambda value: {"as_ints": value}),
                st.sampled_from([{"as_float": value} for value in (0.0, -1.0, 1e300, "NaN")]),
                st.sampled_from([{"as_none": True}, {"as_bool": True}, {"as_string": "same"}]),
            )
        )
    )
    saved.check({MODEL: json.dumps(document).encode()})


@given(data=st.data())
def test_any_member(data: st.DataObject, saved: Saved) -> None:
    name = data.draw(st.sampled_from(sorted(saved.parts.members)))
    saved.check({name: data.draw(damaged_bytes(saved.parts.members[name]))})


@given(data=st.data())
def test_any_archive(data: st.DataObject, saved: Saved) -> None:
    saved.path.write_bytes(data.draw(damaged_bytes(saved.whole)))
    refused(lambda: load_and_import(str(saved.path)))
