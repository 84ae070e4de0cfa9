"""What a sweep.toml may say, and what is said of a mistake in one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tabfab.cli.sweeps.space import Choices, Range
from tabfab.cli.sweeps.spec import parse_sweep, read_sweep
from tabfab.cli.sweeps.verb_options import verb_options
from tabfab.compiler.options import LayerOptions
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.settings import settings_of
from tabfab.hw.plan import PlanOptions

TWO = {"prototypes": [8, 16]}


def settings(**tables: Any) -> list[dict[str, Any]]:
    """Those of every trial of a grid."""
    grid = parse_sweep({"model": "model.pt2", **tables}).space.grid()
    return [{name: dict(own) for name, own in each.items()} for each in grid]


def test_every_setting_of_a_method_can_be_swept() -> None:
    known = verb_options()["compile"]
    for each in settings_of(LayerOptions).values():
        assert known[each.flag.lstrip("-")].field == each.name


def test_every_option_of_a_plan_can_be_swept() -> None:
    fields = {each.field for each in verb_options()["plan"].values()}
    fields |= {each.field for each in verb_options()["verilog"].values()}
    renamed = {"clock_mhz": "clock", "reserved": "board"}
    assert {renamed.get(name, name) for name in PlanOptions.__dataclass_fields__} == fields


def test_a_grid_has_all_combinations() -> None:
    bits = {"low": 4, "high": 8, "step": 2}
    made = settings(
        compile={"prototypes": [8, 16], "mask": "all", "table-bits": bits},
        plan={"device": ["ecp5-25k"], "unroll": [["linear"], []]},
    )  # fmt: skip
    assert len(made) == 2 * 3 * 1 * 2
    assert made[0] == {
        "compile": {"prototypes": 8, "mask": "all", "table-bits": 4},
        "plan": {"device": "ecp5-25k", "unroll": ["linear"]},
    }
    assert [each["compile"]["table-bits"] for each in made[::2]] == [4, 6, 8] * 2


def test_listed_trials_add_to_what_all_have() -> None:
    made = settings(
        compile={"mask": "all"},
        trials=[{"compile": {"prototypes": 8}}, {"plan": {"device": "ecp5-25k"}}],
    )
    assert made == [
        {"compile": {"mask": "all", "prototypes": 8}},
        {"compile": {"mask": "all"}, "plan": {"device": "ecp5-25k"}},
    ]


def test_settings_of_single_layers() -> None:
    assert settings(compile={"stack1.*:prototypes": [8, 16]})[1] == {
        "compile": {"stack1.*:prototypes": 16}
    }


def test_axes_know_whether_they_are_ordered() -> None:
    document = {"model": "m", "compile": {"prototypes": [8, 16], "table-bits": [8, 4]}}
    document["compile"]["encoder"] = ["tree", "nearest"]  # type: ignore[index]
    axes = parse_sweep(document).space.axes
    assert [isinstance(each, Choices) and each.is_ordered for each in axes] == [True, False, False]


def test_floats_in_steps() -> None:
    (axis,) = parse_sweep(
        {"model": "m", "compile": {"additions": {"low": 1.0, "high": 2.0, "step": 0.1}}}
    ).space.axes
    assert isinstance(axis, Range)
    assert axis.listed().values[-1] == pytest.approx(2.0)
    assert len(axis.listed().values) == 11


def test_files_are_looked_for_from_where_the_sweep_is(tmp_path: Path) -> None:
    (tmp_path / "sweep.toml").write_text(
        'model = "a.pt2"\ndata = "b.npz"\n[compile]\nprototypes = [8, 16]\n'
    )
    sweep = read_sweep(tmp_path / "sweep.toml")
    assert sweep.model == tmp_path / "a.pt2"
    assert sweep.data == str(tmp_path / "b.npz")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"compile": {"prototype": [8, 16]}}, r"no setting 'prototype'; did you mean 'prototypes'"),
        ({"compile": {"zzz": 1}}, r"no setting 'zzz'; there are recipe, mask"),
        ({"compile": {"conv*:prototpyes": 8}}, r"no setting 'prototpyes'; did you mean 'prototyp"),
        ({"compil": TWO}, r"no setting or table 'compil'; did you mean 'compile'"),
        ({"compile": {"prototypes": 8}}, r"there is nothing to try: give a setting several values"),
        ({}, r"there is nothing to try"),
        ({"compile": {"prototypes": []}}, r"compile.prototypes has no values to try"),
        ({"compile": {"prototypes": {"low": 8, "high": 8}}}, r"range of compile.prototypes is em"),
        ({"compile": {"prototypes": {"low": 8}}}, r"a range \{low = 4, high = 8\}"),
        ({"compile": {"prototypes": {"low": 1, "hihg": 2}}}, r"no 'hihg'; did you mean 'high'"),
        ({"compile": {"prototypes": [8, 8]}}, r"compile.prototypes lists a value twice"),
        ({"compile": {"prototypes": ["8"]}}, r"takes whole numbers, not '8'"),
        ({"compile": {"encoder": ["tree", "neares"]}}, r"or nearest-l1, not 'neares'; did"),
        ({"compile": {"argmax": [1, 0]}}, r"compile.argmax takes true or false, not 1"),
        ({"compile": {"subspaces": [0, 1]}}, r"compile.subspaces must be at least 1, not 0"),
        ({"compile": {"layer": ["a:terms=2"], "seed": 1.5}}, r"compile.seed takes whole numbers"),
        ({"compile": 3}, r"\[compile\] is a table of settings, not 3"),
        ({"compile": TWO, "trials": []}, r"\[\[trials\]\] is a list of at least one trial"),
        ({"compile": TWO, "trials": [{"plan": {"fps": 1}}]}, r"not both"),
        ({"trials": [{"pla": {}}]}, r"number 1 has no table 'pla'; did you mean 'plan'"),
        ({"compile": TWO, "objectives": "accuracy"}, r"objectives is a list of texts"),
        ({"compile": TWO, "constraints": ["accuracy"]}, r"constraints takes FIGURE>=NUMBER"),
        ({"compile": TWO, "constraints": ["device=ecp5"]}, r"constraints takes FIGURE>=NUMBER"),
        ({"compile": TWO, "constraints": ["luts<=few"]}, r"'few' in 'luts<=few' is no number"),
        ({"compile": TWO, "search": {"sampler": "tpa"}}, r"not 'tpa'; did you mean 'tpe'"),
        ({"compile": TWO, "search": {"sampler": "tpe"}}, r"needs the number of trials"),
        ({"compile": TWO, "search": {"trials": 3}}, r"a grid tries everything"),
        ({"compile": TWO, "search": {"seeds": 3}}, r"\[search\] has no setting 'seeds'; did you"),
        ({"compile": TWO, "search": {"seed": "3"}}, r"\[search\] seed is a whole number, not '3'"),
        ({"compile": TWO, "needs": {"threads": 0}}, r"at least 1 thread"),
        ({"compile": TWO, "evaluate": {"of": "tests"}}, r"of is held-out or test, not 'tests'"),
        ({"compile": TWO, "model": 3}, r"model is a text, not 3"),
        ({"compile": TWO, "model": None}, r"model is a text"),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_one_sentence(document: dict[str, Any], sentence: str) -> None:
    with pytest.raises(TabfabError, match=sentence) as refused:
        parse_sweep({"model": "model.pt2", **document})
    assert "\n" not in str(refused.value)


def test_a_model_must_be_named() -> None:
    for named in ({}, {"model": "model.pt2", "module": "nets.py:Net"}):
        with pytest.raises(TabfabError, match="must name one network"):
            parse_sweep({"compile": TWO, **named})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("model = ", r"is not TOML \(Invalid value"), (None, r"cannot be read \(No such file")],
)
def test_files_that_are_none(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "sweep.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(TabfabError, match=sentence):
        read_sweep(path)


def test_grids_that_are_too_large_or_cannot_be_listed() -> None:
    everything = {"low": 1, "high": 1 << 20}
    with pytest.raises(TabfabError, match="take larger steps"):
        settings(compile={"calibration-images": everything})
    with pytest.raises(TabfabError, match="range without steps"):
        settings(compile={"additions": {"low": 1.0, "high": 2.0}})
    many = {"low": 1, "high": 1000}
    with pytest.raises(TabfabError, match="the grid has 1,000,000 trials"):
        settings(compile={"calibration-images": many, "mask-images": many})
