"""Images in an .npy: layouts, ranges, and labels beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler import data
from tabfab.compiler.data.image_set import DataError, Span

from support.mutations import damaged_bytes, refused

IMAGES = np.random.default_rng(0).integers(0, 256, (10, 6, 5, 3), np.uint8)


def saved(path: Path, array: NDArray[Any], name: str = "images.npy") -> str:
    np.save(path / name, array)
    return str(path / name)


def whole(name: str) -> data.ImageSet:
    return data.load(name, "train", whole=True)


def test_images_without_labels(tmp_path: Path) -> None:
    images = whole(saved(tmp_path, IMAGES))
    np.testing.assert_array_equal(images.images, IMAGES)
    assert images.targets is None
    assert images.classes == ()
    assert images.span is None


def test_a_fifth_is_set_aside(tmp_path: Path) -> None:
    name = saved(tmp_path, IMAGES)
    parts = [data.load(name, "train").images, data.load(name, "test").images]
    assert [len(part) for part in parts] == [8, 2]
    seen = sorted(np.concatenate(parts).reshape(10, -1).tolist())
    assert seen == sorted(IMAGES.reshape(10, -1).tolist())


@pytest.mark.parametrize(
    ("images", "labels", "setting"),
    [
        ("images.npy", "labels.npy", ""),
        ("train_images.npy", "train_labels.npy", ""),
        ("faces.npy", "faces_labels.npy", ""),
        ("faces.npy", "faces_targets.npy", ""),
        ("x.npy", "y.npy", ":labels=y.npy"),
    ],
)
def test_labels_beside_the_images(images: str, labels: str, setting: str, tmp_path: Path) -> None:
    saved(tmp_path, np.arange(10) % 3, labels)
    found = whole(saved(tmp_path, IMAGES, images) + setting)
    assert found.labels.tolist() == (np.arange(10) % 3).tolist()
    assert found.classes == ("0", "1", "2")


def test_channels_first(tmp_path: Path) -> None:
    name = saved(tmp_path, IMAGES.transpose(0, 3, 1, 2))
    np.testing.assert_array_equal(whole(f"{name}:layout=nchw").images, IMAGES)
    with pytest.raises(DataError, match=r"looks like channels before rows.*:layout=nchw"):
        whole(name)
    assert whole(f"{name}:layout=nhwc").image_shape == (5, 3, 6)


def test_grey_images_and_vectors(tmp_path: Path) -> None:
    assert whole(saved(tmp_path, IMAGES[..., 0])).image_shape == (1, 6, 5)
    assert whole(saved(tmp_path, IMAGES[:, 0, :, 0])).image_shape == (5, 1, 1)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.int16])
def test_deeper_integers(dtype: Any, tmp_path: Path) -> None:
    name = saved(tmp_path, IMAGES.astype(dtype) * 16)
    found = whole(f"{name}:range=0..4080")
    np.testing.assert_array_equal(found.images, IMAGES)
    assert found.span is None  # a network takes them in [0, 1], as those of 8 bits
    with pytest.raises(DataError, match=r"instead of uint8, from 0 to .*:range=0\.\.4095"):
        whole(name)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floating_point_numbers(dtype: Any, tmp_path: Path) -> None:
    name = saved(tmp_path, (IMAGES / 127.5 - 1).astype(dtype))
    found = whole(f"{name}:range=-1..1")
    np.testing.assert_allclose(found.images, IMAGES, atol=0 if dtype != np.float16 else 1)
    assert found.span == Span((-1.0,), (1.0,))
    with pytest.raises(DataError, match=r"say which range their 256 steps.*:range=-1\.\.1"):
        whole(name)


def test_truth_values(tmp_path: Path) -> None:
    assert set(np.unique(whole(saved(tmp_path, IMAGES > 100)).images)) == {0, 255}


def test_a_few_numbers_outside_of_the_range_are_clipped(tmp_path: Path) -> None:
    numbers = np.linspace(0, 1, 1000).reshape(10, 10, 10)
    numbers[0, 0, 0] = 7
    assert whole(saved(tmp_path, numbers) + ":range=0..1").images[0, 0, 0, 0] == 255
    with pytest.raises(DataError, match=r"of the numbers of .* lie outside of range=0..0.5"):
        whole(saved(tmp_path, numbers) + ":range=0..0.5")


@pytest.mark.parametrize("range_", ["1..0", "0", "0..", "..1", "a..b", "0..inf", "nan..1", "1..1"])
def test_ranges_that_are_none(range_: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no range; write two numbers"):
        whole(saved(tmp_path, IMAGES) + f":range={range_}")


BAD: dict[str, tuple[NDArray[Any], str, str]] = {
    "NaN": (np.full((3, 4, 4), np.nan), ":range=0..1", "that are NaN or infinite"),
    "infinite": (np.full((3, 4, 4), np.inf), ":range=0..1", "that are NaN or infinite"),
    "complex": (np.zeros((3, 4, 4), complex), "", "complex128 instead of numbers"),
    "text": (np.array([["a"]]), "", "<U1 instead of numbers"),
    "times": (np.zeros((3, 4, 4), "m8[s]"), "", "instead of numbers"),
    "no images": (np.zeros((0, 4, 4), np.uint8), "", "holds no images"),
    "no axes": (np.uint8(3), "", r"have shape \(\) instead of"),  # type: ignore[dict-item]
    "too many axes": (np.zeros((2, 2, 2, 2, 2), np.uint8), "", "instead of .N, height, width"),
    "another layout": (IMAGES, ":layout=chwn", "is none of nchw, nhwc"),
    "a file that is missing": (IMAGES, ":labels=none.npy", "no data set file"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_arrays(name: str, tmp_path: Path) -> None:
    array, settings, message = BAD[name]
    with pytest.raises(DataError, match=message):
        whole(saved(tmp_path, array) + settings)


def test_labels_of_another_number(tmp_path: Path) -> None:
    saved(tmp_path, np.zeros(9, int), "labels.npy")
    with pytest.raises(DataError, match=r"10 images but labels of shape \(9,\)"):
        whole(saved(tmp_path, IMAGES))


def test_two_files_of_labels(tmp_path: Path) -> None:
    for name in ("labels.npy", "images_labels.npy"):
        saved(tmp_path, np.zeros(10, int), name)
    with pytest.raises(DataError, match=r"there are both labels.npy and images_labels.npy"):
        whole(saved(tmp_path, IMAGES))


def test_objects_are_not_unpickled(tmp_path: Path) -> None:
    class Runs:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "was-run",)

    np.save(tmp_path / "images.npy", np.array([Runs()]), allow_pickle=True)
    with pytest.raises(DataError, match=r"cannot be read as an .npy"):
        whole(str(tmp_path / "images.npy"))
    assert not (tmp_path / "was-run").exists()


def test_an_archive_by_another_name(tmp_path: Path) -> None:
    np.savez((tmp_path / "images.npy").open("wb"), images=IMAGES)
    with pytest.raises(DataError, match="an archive of several arrays"):
        whole(str(tmp_path / "images.npy"))


@given(drawn=st.data())
def test_any_damage(drawn: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp()
    name = saved(path, IMAGES, "damaged.npy")
    content = Path(name).read_bytes()
    start = drawn.draw(damaged_bytes(content[:128]))  # the header
    Path(name).write_bytes(start + content[128:])
    refused(lambda: whole(name))
