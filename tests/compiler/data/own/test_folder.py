"""Folders of images by class."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from tabfab.compiler import data
from tabfab.compiler.data.image_set import DataError

from support.mutations import damaged_bytes, refused

COLOUR = np.random.default_rng(0).integers(0, 256, (12, 6, 5, 3), np.uint8)


def save(path: Path, pixels: NDArray[Any], **how: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **how)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Twelve images of two classes."""
    for number, image in enumerate(COLOUR):
        save(tmp_path / "photos" / ("hen" if number % 3 else "cat") / f"{number:02}.png", image)
    return tmp_path / "photos"


def whole(path: Path | str) -> data.ImageSet:
    return data.load(str(path), "train", whole=True)


def test_a_folder_for_each_class(photos: Path) -> None:
    (photos / "hen" / "notes.txt").write_text("no image")
    (photos / ".hidden").mkdir()
    images = whole(photos)
    assert images.classes == ("cat", "hen")
    assert images.labels.tolist() == [0] * 4 + [1] * 8
    order = [n for n in range(12) if not n % 3] + [n for n in range(12) if n % 3]
    np.testing.assert_array_equal(images.images, COLOUR[order])
    assert [len(data.load(str(photos), split)) for split in ("train", "test")] == [10, 2]


def test_splits_of_their_own(tmp_path: Path) -> None:
    for split, count in (("train", 3), ("val", 2)):
        for number in range(count):
            save(tmp_path / split / "ab"[number % 2] / f"{number}.jpg", COLOUR[number], quality=95)
    train, test = (data.load(str(tmp_path), split) for split in ("train", "test"))
    assert (len(train), len(test)) == (3, 2)
    assert train.classes == test.classes == ("a", "b")
    save(tmp_path / "val" / "other" / "0.png", COLOUR[0])
    with pytest.raises(DataError, match=r"has a class 'other' that .*train has not"):
        data.load(str(tmp_path), "test")


def test_half_of_the_splits(tmp_path: Path) -> None:
    save(tmp_path / "train" / "a" / "0.png", COLOUR[0])
    with pytest.raises(DataError, match="has a folder train and none for the test images"):
        whole(tmp_path)


def test_images_of_which_nothing_is_known(tmp_path: Path) -> None:
    for number in range(3):
        save(tmp_path / f"{number}.png", COLOUR[number])
    images = whole(tmp_path)
    assert images.targets is None
    np.testing.assert_array_equal(images.images, COLOUR[:3])


def test_grey_and_colour(tmp_path: Path) -> None:
    save(tmp_path / "0.png", COLOUR[0, ..., 0])
    assert whole(tmp_path).image_shape == (1, 6, 5)
    assert whole(f"{tmp_path}:channels=3").image_shape == (3, 6, 5)
    save(tmp_path / "1.png", COLOUR[1])
    assert whole(tmp_path).image_shape == (3, 6, 5)
    assert whole(f"{tmp_path}:channels=1").image_shape == (1, 6, 5)


def test_palettes_are_colours(tmp_path: Path) -> None:
    colours = np.array([[[255, 0, 0], [0, 255, 0]]], np.uint8)
    Image.fromarray(colours).quantize(4).save(tmp_path / "0.png")
    np.testing.assert_array_equal(whole(tmp_path).images[0], colours)


def test_sizes(photos: Path) -> None:
    save(photos / "hen" / "large.png", np.full((12, 10, 3), 7, np.uint8))
    with pytest.raises(DataError, match=r"large\.png has 12x10 pixels, .*:size=6x5"):
        whole(photos)
    images = whole(f"{photos}:size=6x5")
    assert images.image_shape == (3, 6, 5)
    assert (images.images[-1] == 7).all()


@pytest.mark.parametrize("size", ["6", "0x5", "6x5x3", "axb", "-1x5"])
def test_sizes_that_are_none(size: str, photos: Path) -> None:
    with pytest.raises(DataError, match="is no size; write HEIGHTxWIDTH"):
        whole(f"{photos}:size={size}")


def test_sixteen_bits(tmp_path: Path) -> None:
    save(tmp_path / "0.png", np.zeros((4, 4), np.uint16))
    with pytest.raises(DataError, match="has more than 8 bits for a pixel"):
        whole(tmp_path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "holds no images: put PNG or JPEG"),
        (lambda path: (path / "a").mkdir(), "the folders of .* hold no images"),
        (lambda path: (path / "a.gif").touch(), "is neither PNG nor JPEG"),
        (lambda path: (path / "a.png").touch(), "cannot be read as a PNG or JPEG image"),
        (lambda path: save(path / "a.png", COLOUR[0], format="BMP"), "cannot be read as a PNG"),
        (
            lambda path: (save(path / "a" / "a.png", COLOUR[0]), save(path / "b.png", COLOUR[0])),
            "holds both images, such as b.png, and folders, such as a",
        ),
    ],
)
def test_bad_folders(make: Any, message: str, tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(DataError, match=message):
        whole(tmp_path)


def test_an_image_that_fills_the_memory(tmp_path: Path) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", 1 << 20, 1 << 20, 8, 2, 0, 0, 0)
    image = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"0"))
    (tmp_path / "0.png").write_bytes(image + chunk(b"IEND", b""))
    with pytest.raises(DataError, match="cannot be read as a PNG or JPEG image"):
        whole(tmp_path)


def test_images_that_fill_the_memory_together(photos: Path) -> None:
    with pytest.raises(DataError, match=r"take .* GiB at 30000x30000 pixels: say a smaller size"):
        whole(f"{photos}:size=30000x30000")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@given(drawn=st.data())
def test_any_damage(
    kind: str, drawn: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / f"damaged-{kind}"
    folder.mkdir(exist_ok=True)
    file = io.BytesIO()
    Image.fromarray(COLOUR[0]).save(file, kind)
    (folder / f"0.{kind.lower()}").write_bytes(drawn.draw(damaged_bytes(file.getvalue())))
    refused(lambda: whole(folder))
