"""Whatever a build directory or a plan file holds, it loads or is refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import program as ir
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.plan.file import read_plan, write_plan
from tabfab.hw.rtl.build import DIRECTORY, load_build, write_build

from support.manifests import rewrite, signed
from support.mutations import HOSTILE, damaged_bytes, damaged_json, refused
from support.programs import ConvOptions, exact_conv, image_input, table_conv


def forked() -> ir.Program:
    """A program with table and exact layers and a fork."""
    rng = np.random.default_rng(1)
    image = image_input(rng, 2, 4, 4)
    options = ConvOptions(4, kernel=(3, 3), padding=(1, 1))
    first = table_conv(rng, "first", image, options)
    second = exact_conv(rng, "second", first, options)
    total = ir.Add(
        name="sum", inputs=("first", "second"), shape=(4, 4, 4), type=ir.UINT8, low=0, high=255,
        left=(0, 0), shift=1,
    )  # fmt: skip
    return ir.Program((image, first, second, total))


class Saved:
    """A good build and plan file, to be damaged in place."""

    def __init__(self, directory: Path) -> None:
        self.program = forked()
        plan = make_plan(self.program, PlanOptions(device="ecp5-85k"))
        self.build = write_build(self.program, plan, directory / "build").directory
        self.plan = directory / "plan.json"
        write_plan(plan, self.plan)
        self.manifest = self.build / DIRECTORY.name
        self.files = {path: path.read_bytes() for path in (self.manifest, self.plan)}

    def restore(self) -> None:
        for path, content in self.files.items():
            path.write_bytes(content)

    def check(self) -> None:
        """Both are refused, or give a network."""
        if refused(lambda: load_build(self.build)) is None:
            refused(lambda: load_build(self.build).network)
        refused(lambda: read_plan(self.plan, self.program))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return Saved(tmp_path_factory.mktemp("saved"))


@given(data=st.data())
def test_any_plan(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    plan = data.draw(damaged_json(json.loads(saved.files[saved.plan])["plan"]))
    for path in saved.files:
        rewrite(path, lambda document: document.update(plan=plan))
    saved.check()


@given(data=st.data())
def test_any_manifest(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    for path, content in saved.files.items():
        path.write_bytes(signed(data.draw(damaged_json(json.loads(content)))))
    saved.check()


@given(data=st.data())
def test_any_damage(data: st.DataObject, saved: Saved) -> None:
    saved.restore()
    for path, content in saved.files.items():
        path.write_bytes(data.draw(damaged_bytes(content)))
    saved.check()


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:30])
def test_any_value_for_a_plan(value: object, saved: Saved) -> None:
    saved.restore()
    for path in saved.files:
        rewrite(path, lambda document: document.update(plan=value))
    assert refused(lambda: load_build(saved.build))
    assert refused(lambda: read_plan(saved.plan, saved.program))


@pytest.mark.parametrize("depth", [0, -1, 1 << 40])
def test_absurd_queues(depth: int, saved: Saved) -> None:
    saved.restore()
    rewrite(saved.plan, lambda document: document["plan"]["fork_depths"].update(first=[2, depth]))
    message = refused(lambda: read_plan(saved.plan, saved.program))
    assert message is not None
    assert "beats deep" in message
