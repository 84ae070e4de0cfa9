"""`tabfab compile` and `tabfab info`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.data import load
from tabfab.compiler.program.program_file import (
    MANIFEST,
    TENSORS,
    VERSION,
    load_program,
)

from support.toy_method import toy_method

LAYERS = ("features.0.0", "features.2.0", "classifier")


def test_mask_chooses_the_methods(program: Path) -> None:
    loaded = load_program(program)
    assert [conv.name for conv in loaded.convs] == list(LAYERS)
    assert [conv.method for conv in loaded.convs] == ["exact", "table", "exact"]
    assert loaded.classes == tuple("0123456789")
    assert loaded.meta["data"] == "digits"


def test_keeps_the_float_network(model: Path, program: Path) -> None:
    from tabfab.compiler.frontend import float_model
    from tabfab.compiler.frontend.model_file import load_model
    from tabfab.compiler.graph import float_graph
    from tabfab.compiler.graph.float_file import load_graph

    images = load("digits", "test").images[:50]
    expected = float_model.logits(load_model(model), images)
    seen = float_graph.answers(load_graph(program), images).numpy()
    np.testing.assert_allclose(seen, expected, atol=1e-4)
    assert not [path for path in program.iterdir() if path.suffix in (".pt2", ".pt", ".pkl")]


@pytest.mark.parametrize(
    ("mask", "method"), [("all", "table"), ("none", "exact"), ("exact", "exact")]
)
def test_mask_by_name(tabfab, model: Path, tmp_path: Path, mask: str, method: str) -> None:
    outcome = tabfab(
        "compile", model, "--mask", mask, "--calibration-images", 100, "-o", tmp_path / "program",
    )  # fmt: skip
    assert outcome.status == 0
    assert {conv.method for conv in load_program(tmp_path / "program").convs} == {method}


@pytest.mark.parametrize(
    ("mask", "methods"),
    [
        (None, ["exact", "table", "table"]),
        ("all-but-first", ["exact", "table", "table"]),
        ("all-but-first-last", ["exact", "table", "exact"]),
        ("1,3", ["table", "exact", "table"]),
        ("1-2", ["table", "table", "exact"]),
        ("features.*,classifier=dyadic", ["table", "table", "dyadic"]),
    ],
)
def test_layers_are_chosen(
    tabfab, model: Path, tmp_path: Path, mask: str | None, methods: list[str]
) -> None:
    given = () if mask is None else ("--mask", mask)
    outcome = tabfab(
        "compile", model, *given, "--calibration-images", 50, "--prototypes", 4,
        "-o", tmp_path / "program",
    )  # fmt: skip
    assert outcome.status == 0
    assert [conv.method for conv in load_program(tmp_path / "program").convs] == methods


def test_methods_have_names(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab(
        "compile", model, "--mask", "table,exact,table", "--layer", "features.0.0:method=exact",
        "--calibration-images", 50, "--prototypes", 4, "-o", tmp_path / "program",
    )  # fmt: skip
    assert outcome.status == 0
    loaded = load_program(tmp_path / "program")
    assert [conv.method for conv in loaded.convs] == ["exact", "exact", "table"]
    assert loaded.meta["methods"] == ["exact", "exact", "table"]


def test_a_method_that_is_added_is_one_like_the_others(
    tabfab, refusal, model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "program"
    with toy_method():
        command = ("--mask", "exact,toy,table", "--calibration-images", 50, "--prototypes", 4)
        command += ("--held-out-images", 0)  # a golden model is a room of its own
        outcome = tabfab("compile", model, *command, "-o", output)
        assert outcome.status == 0
        loaded = load_program(output)
        assert [conv.method for conv in loaded.convs] == ["exact", "toy", "table"]
        described = json.loads(tabfab("info", output, "--json").out)["layers"][1]
        assert (described["method"], described["multiplications"]) == ("toy", 0)
        message = refusal("finetune", output, "-o", tmp_path / "tuned")
        assert "'features.2.0' is computed by the method 'toy', which cannot be fine-tun" in message
    assert "toy" in refusal("info", output)


def test_same_seed_gives_the_same_bytes(tabfab, model: Path, program: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    tabfab("compile", model, "--mask", "0,1,0", "--calibration-images", 200, "-o", again)
    for name in (MANIFEST, TENSORS):
        assert (again / name).read_bytes() == (program / name).read_bytes()


def test_options_reach_the_tables(tabfab, model: Path, tmp_path: Path) -> None:
    tabfab(
        "compile", model, "--mask", "0,1,1", "--subspace-length", 3, "--prototypes", 4,
        "--layout", "patch", "--encoder", "nearest", "--calibration-images", 20, "--argmax",
        "-o", tmp_path / "program",
    )  # fmt: skip
    loaded = load_program(tmp_path / "program")
    for conv in loaded.convs[1:]:
        assert (conv.layout, conv.encoder.kind) == ("patch", "nearest")
        assert (conv.encoder.length, conv.encoder.prototypes) == (3, 4)
    assert loaded.output.kind == "argmax"


def test_layers_may_have_settings_of_their_own(tabfab, model: Path, tmp_path: Path) -> None:
    outcome = tabfab(
        "compile", model, "--mask", "0,1,1", "--prototypes", 4, "--calibration-images", 50,
        "--layer", "features.*:prototypes=8,exact-bits=5", "--layer", "features.2.0:table-bits=6",
        "-o", tmp_path / "program",
    )  # fmt: skip
    assert outcome.status == 0
    stem, middle, last = load_program(tmp_path / "program").convs
    assert np.abs(stem.weight).max() < 16
    assert [layer.encoder.prototypes for layer in (middle, last)] == [8, 4]
    assert np.abs(middle.tables).max() < 32 <= np.abs(last.tables).max()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("features.2.0", "--layer takes NAME:SETTING=VALUE"),
        ("features.2.0:prototypes", "--layer takes NAME:SETTING=VALUE"),
        ("head.*:prototypes=8", "no layer is called 'head.*'; there are features.0.0, features.2"),
        ("classifier:rows=8", "--layer has no setting 'rows'; choose from method, subspace-length"),
        ("classifier:prototypes=some", "prototypes must be a whole number, not 'some'"),
        ("classifier:prototypes=3", "power of two"),
    ],
)
def test_wrong_settings_of_a_layer(
    refusal, model: Path, tmp_path: Path, text: str, message: str
) -> None:
    output = tmp_path / "program"
    assert message in refusal("compile", model, "--mask", "0,1,1", "--layer", text, "-o", output)
    assert not output.exists()


def test_tree_levels_merge_leaves(tabfab, model: Path, tmp_path: Path) -> None:
    tabfab(
        "compile", model, "--mask", "0,1,0", "--prototypes", 4, "--tree-levels", 5,
        "--calibration-images", 50, "-o", tmp_path / "program",
    )  # fmt: skip
    encoder = load_program(tmp_path / "program").convs[1].encoder
    assert (encoder.levels, encoder.prototypes) == (5, 4)


@pytest.mark.parametrize("mask", ["1", "1,1,0,1"])
def test_wrong_mask_length_lists_the_layers(
    refusal, model: Path, tmp_path: Path, mask: str
) -> None:
    message = refusal("compile", model, "--mask", mask, "-o", tmp_path / "program")
    assert "3 maskable layers" in message
    assert all(name in message for name in LAYERS)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mask", ["some", "1,,0", "0,1,2", "", "2-4", "1,1,2", "classify*"])
def test_bad_mask(refusal, model: Path, tmp_path: Path, mask: str) -> None:
    assert "mask" in refusal("compile", model, "--mask", mask, "-o", tmp_path / "program")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--prototypes", "12"], "power of two"),
        (["--tree-levels", "20"], "1 to 12 levels"),
        (["--data", "nowhere.npz"], "nowhere.npz"),
        (["--mask", "0,hash,1"], "the name of a method (table, exact, "),
        (["--subspace-length", "2", "--subspaces", "4"], "contradict each other"),
        (["--rank", "loss"], "--rank is for an automatic mask"),
        (["--mask-images", "10", "--mask", "0,1,1"], "--mask-images is for an automatic mask"),
        (
            ["--mask", "auto:bytes=4x", "--layer", "classifier:method=exact"],
            "'auto:bytes=4x' chooses the method of every layer",
        ),
    ],
)
def test_bad_options(
    refusal, model: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    assert words in refusal("compile", model, *arguments, "-o", tmp_path / "program")
    assert not list(tmp_path.iterdir())


def test_bad_model(refusal, model: Path, tmp_path: Path) -> None:
    common = ("-o", tmp_path / "program")
    assert "nowhere.pt2" in refusal("compile", "nowhere.pt2", *common)
    damaged = tmp_path / "damaged.pt2"
    damaged.write_bytes(model.read_bytes()[:-100])
    assert "damaged.pt2" in refusal("compile", damaged, *common)
    damaged.write_bytes(b"")
    assert "damaged.pt2" in refusal("compile", damaged, *common)


def test_images_of_another_shape(refusal, model: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", images=np.zeros((10, 9, 8), np.uint8), labels=np.arange(10) % 2)
    message = refusal("compile", model, "--data", tmp_path / "own.npz", "-o", tmp_path / "program")
    assert "(" in message
    assert "8" in message


def test_foreign_directory_is_kept(refusal, model: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("dear")
    assert "did not write" in refusal("compile", model, "-o", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]


def test_info_has_a_row_per_layer_and_totals(tabfab, program: Path) -> None:
    outcome = tabfab("info", program)
    assert outcome.status == 0
    assert all(name in outcome.out for name in LAYERS)
    assert "total" in outcome.out


def test_info_as_json(tabfab, program: Path) -> None:
    report = json.loads(tabfab("info", program, "--json").out)
    layers = report["layers"]
    assert [layer["name"] for layer in layers] == list(LAYERS)
    table = layers[1]
    assert table["method"] == "table"
    assert table["prototypes"] == 16
    assert table["shape"] == [16, 4, 4]
    assert 0.5 < table["similarity"] <= 1
    for key in ("operations_exact", "operations_program", "table_bytes", "weight_bytes"):
        assert report["total"][key] == sum(layer[key] for layer in layers)
    # 3x3 windows of 8 channels at 16 pixels for 16 outputs
    assert table["operations_exact"] == 4 * 4 * 16 * 8 * 9
    assert table["weight_bytes"] == 16 * 8 * 9
    # 2 subspaces of 4 channels, 9 taps, 16 rows of 16 entries
    assert table["table_bytes"] == 2 * 9 * 16 * 16


def test_info_says_of_each_layer_what_its_method_made_of_it(
    tabfab, model: Path, tmp_path: Path
) -> None:
    own = ("--mask", "exact,table,dyadic", "--calibration-images", 50, "--prototypes", 4)
    more = ("--terms", 2, "--exact-bits", 5)
    assert tabfab("compile", model, *own, *more, "-o", tmp_path / "program").status == 0
    exact, table, dyadic = json.loads(tabfab("info", tmp_path / "program", "--json").out)["layers"]
    assert (exact["weight_bits"], table["prototypes"], dyadic["terms"]) == (5, 4, 2)
    assert "prototypes" not in exact
    assert "weight_bits" not in dyadic
    node = load_program(tmp_path / "program").convs[2]
    assert dyadic["zero_weights"] == (node.weight == 0).sum()
    assert np.abs(node.terms).max() == dyadic["largest_shift"] + 1
    shown = tabfab("info", tmp_path / "program").out
    assert all(name in shown for name in ("encoder", "weight", "terms", "largest"))


def test_damaged_program(
    refusal, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # builds go into ./build
    damaged = shutil.copytree(program, tmp_path / "damaged")
    manifest = (damaged / MANIFEST).read_bytes()
    (damaged / MANIFEST).write_bytes(manifest[:-40])
    for verb in ("info", "evaluate", "verilog"):
        assert "truncated or damaged" in refusal(verb, damaged)
    newer = (f'"version": {version}'.encode() for version in (VERSION, VERSION + 1))
    (damaged / MANIFEST).write_bytes(manifest.replace(*newer))
    for verb in ("info", "evaluate", "verilog"):
        assert "newer tabfab" in refusal(verb, damaged)
    (damaged / MANIFEST).write_bytes(manifest)
    (damaged / TENSORS).write_bytes((damaged / TENSORS).read_bytes()[:-1])
    assert f"{TENSORS} is truncated or damaged" in refusal("info", damaged)


def test_no_program(refusal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for verb in ("info", "evaluate", "verilog"):
        assert "does not hold a tabfab program" in refusal(verb, tmp_path / "nowhere")
