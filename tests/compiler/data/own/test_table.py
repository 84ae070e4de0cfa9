"""Features in a CSV."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import data
from tabfab.compiler.data.image_set import DataError, Span

from support.mutations import damaged_bytes, refused

FLOWS = "\n".join(["pt,eta,kind", "0.5,-1,jet", "1,0,tau", "0.25,1,jet", "0,0.5,muon", "1,-1,tau"])


def write(path: Path, text: str, name: str = "flows.csv") -> str:
    (path / name).write_text(text)
    return str(path / name)


def whole(name: str) -> data.ImageSet:
    return data.load(name, "train", whole=True)


def test_the_last_column_is_the_target(tmp_path: Path) -> None:
    images = whole(write(tmp_path, FLOWS) + ":range=-1..1")
    assert images.image_shape == (2, 1, 1)
    assert images.classes == ("jet", "muon", "tau")
    assert images.labels.tolist() == [0, 2, 0, 1, 2]
    assert images.images[:, 0, 0].tolist() == [[191, 0], [255, 128], [159, 255], [128, 191],
                                               [255, 0]]  # fmt: skip
    assert images.span == Span((-1.0,), (1.0,))


@pytest.mark.parametrize("target", ["pt", "0"])
def test_another_target(target: str, tmp_path: Path) -> None:
    text = FLOWS.replace("jet", "1").replace("tau", "2").replace("muon", "3")
    images = whole(write(tmp_path, text) + f":range=-1..3,target={target}")
    assert images.classes == ()
    assert images.targets is not None
    assert images.targets.tolist() == [0.5, 1, 0.25, 0, 1]


def test_whole_numbers_are_classes(tmp_path: Path) -> None:
    images = whole(write(tmp_path, "0.5;0\n1;2\n0;1\n") + ":range=0..1")
    assert images.classes == ("0", "1", "2")
    assert images.labels.tolist() == [0, 2, 1]


def test_without_targets(tmp_path: Path) -> None:
    images = whole(write(tmp_path, "0.5\t1\n1\t0\n", "flows.tsv") + ":range=0..1,target=none")
    assert images.targets is None
    assert images.image_shape == (2, 1, 1)


def test_a_range_for_each_column(tmp_path: Path) -> None:
    rows = [f"{n},{100 * n},7,{n % 2}" for n in range(10)]
    name = write(tmp_path, "\n".join(rows)) + ":range=columns"
    train, test = (data.load(name, split) for split in ("train", "test"))
    assert train.span == test.span
    assert train.span is not None
    assert train.span.high[1] == 100 * train.span.high[0]
    assert train.images[..., 0].max() == 255
    with pytest.raises(DataError, match=r"with --test-data .* say range=LOW..HIGH"):
        whole(name)


BAD = {
    "no range": (FLOWS, "", "say which range their 256 steps shall span.*range=columns"),
    "too small a range": (FLOWS, ":range=0..1", "lie outside of range=0..1"),
    "no number": (FLOWS.replace("0.25", "n/a"), ":range=-1..1", "line 4 .* 'n/a' in column 'pt'"),
    "a gap": ("1,2,0\n1,,1\n", ":range=0..9", "line 2 .* '' in column 1 instead of a number"),
    "NaN": ("1,nan,0\n1,2,1\n", ":range=0..9", "1 features that are NaN"),
    "uneven": ("1,2,0\n1,2\n", ":range=0..9", "line 2 of .* has 2 columns, and the first has 3"),
    "no such column": (FLOWS, ":range=-1..1,target=mass", "no column 'mass': it has 'pt, eta, k"),
    "a number too large": (FLOWS, ":range=-1..1,target=3", "has no column '3'"),
    "nothing": ("", ":range=0..1", "holds no lines"),
    "names alone": ("a,b\n", ":range=0..1", "holds names of columns and no lines"),
    "the target alone": ("1\n2\n", ":range=0..9", "has one column, the target, and no features"),
    "negative classes": ("1,-1\n2,1\n", ":range=0..9", "reach from -1"),
    "huge classes": ("1,99999999\n2,1\n", ":range=0..9", "number the classes from 0"),
    "classes beyond 64 bits": (f"1,{10**30}\n2,1\n", ":range=0..9", "beyond 64 bits"),
    "one line": ("1,0\n", ":range=0..9", "too few to set some aside"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_tables(name: str, tmp_path: Path) -> None:
    text, settings, message = BAD[name]
    with pytest.raises(DataError, match=message):
        data.load(write(tmp_path, text) + settings, "train")


def test_other_text_than_utf_8(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("größe,b\n1,2\n".encode("utf-16"))
    with pytest.raises(DataError, match="cannot be read as a CSV"):
        whole(f"{tmp_path / 'a.csv'}:range=0..1")


@given(drawn=st.data())
def test_any_damage(drawn: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.csv"
    path.write_bytes(drawn.draw(damaged_bytes(FLOWS.encode())))
    refused(lambda: whole(f"{path}:range=-9..9"))


def test_numbers_survive_within_half_a_step(tmp_path: Path) -> None:
    numbers = np.random.default_rng(0).normal(size=(50, 3)).clip(-3, 3)
    text = "\n".join(",".join(map(str, row)) for row in numbers)
    images = whole(write(tmp_path, text) + ":range=-3..3,target=none")
    back = images.images[:, 0, 0] / 255 * 6 - 3
    np.testing.assert_allclose(back, numbers, atol=3.01 / 255)
