"""A folder of PNG and JPEG images, a folder in it for each class."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...store.errors import reason
from ..image_set import DataError, ImageSet, Split
from .named import NamedData
from .splits import split_rows

_ENDINGS = (".png", ".jpg", ".jpeg")
_OTHER_ENDINGS = (".bmp", ".gif", ".ppm", ".tif", ".tiff", ".webp")
_PARTS = {"train": ("train", "training"), "test": ("test", "val", "valid", "validation")}
_GREY = ("1", "L", "LA")
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L")
_MOST_BYTES = 4 << 30
"""Of all pixels of a split."""
_SIZE = re.compile(r"(?P<height>[1-9]\d{0,4})x(?P<width>[1-9]\d{0,4})")


def read(data: NamedData, split: Split, whole: bool = False) -> ImageSet:
    """One split of the images in a folder.

    A folder in it is a class, named as the folder is; or there are ``train`` and ``test`` (or
    ``val``) with the classes in them. Where the images lie in the folder itself, nothing is known
    of them. Without folders of splits a fifth is set aside for testing.

    Parameters
    ----------
    data: the folder; settings ``size`` and ``channels``.
    split: which part.
    whole: set none aside.

    Raises
    ------
    DataError: there are no images, one is damaged or of another kind, or they are of several sizes
        and none is said.
    """
    data.check_settings("size", "channels")
    parts = _parts(data.path)
    root = parts.get(split, data.path)
    folders = _folders(parts.get("train", data.path))
    if parts:
        unknown = sorted(set(_folders(root)) - set(folders))
        if unknown:
            raise DataError(
                f"{root} has a class {unknown[0]!r} that {parts['train']} has not: give both the "
                "same folders"
            )
    files, labels = _files(data, root, folders)
    if not parts and not whole:
        rows = split_rows(data.path, len(files), split)
        files, labels = [files[row] for row in rows], None if labels is None else labels[rows]
    return ImageSet(_pixels(data, files), labels, tuple(folders), data.text)


def _parts(path: Path) -> dict[str, Path]:
    """The folders of the splits, if there are some."""
    found = {
        split: path / name
        for split, names in _PARTS.items()
        for name in reversed(names)
        if (path / name).is_dir()
    }
    if found and set(found) != set(_PARTS):
        missing = next(split for split in _PARTS if split not in found)
        (there,) = found.values()
        raise DataError(
            f"{path} has a folder {there.name} and none for the {missing} images: add the folder "
            f"{missing}, or give {there} itself"
        )
    return found


def _folders(path: Path) -> list[str]:
    """Names of the classes: folders that hold images, hidden ones left out."""
    names = [inner.name for inner in path.iterdir() if inner.is_dir()]
    return sorted(name for name in names if not name.startswith("."))


def _files(
    data: NamedData, root: Path, folders: Sequence[str]
) -> tuple[list[Path], NDArray[np.int64] | None]:
    """All images below `root`, and the number of each one's class."""
    here = _images(root)
    if not folders:
        if not here:
            raise DataError(f"{root} holds no images: put PNG or JPEG files into it")
        return here, None
    if here:
        raise DataError(
            f"{root} holds both images, such as {here[0].name}, and folders, such as "
            f"{folders[0]}: put each image into the folder of its class"
        )
    files: list[Path] = []
    labels: list[int] = []
    for number, name in enumerate(folders):
        found = _images(root / name) if (root / name).is_dir() else []
        files += found
        labels += [number] * len(found)
    if not files:
        raise DataError(f"the folders of {root} hold no images: put PNG or JPEG files into them")
    return files, np.array(labels, np.int64)


def _images(folder: Path) -> list[Path]:
    found = []
    for path in sorted(folder.iterdir()):
        ending = path.suffix.lower()
        if ending in _OTHER_ENDINGS:
            raise DataError(f"{path} is neither PNG nor JPEG: convert it, or take it out")
        if ending in _ENDINGS and path.is_file() and not path.name.startswith("."):
            found.append(path)
    return found


def _pixels(data: NamedData, files: Sequence[Path]) -> NDArray[np.uint8]:
    """(N, height, width, channels) of all images."""
    channels, size = _form(data, files)
    count = len(files) * math.prod(size) * channels
    if count > _MOST_BYTES:
        raise DataError(
            f"the images of {data.path} take {count >> 30} GiB at {size[0]}x{size[1]} pixels: say "
            f"a smaller size, such as {data.path}:size=64x64"
        )
    pixels = np.empty((len(files), *size, channels), np.uint8)
    for number, path in enumerate(files):
        pixels[number] = _decoded(data, path, size, channels)
    return pixels


def _form(data: NamedData, files: Sequence[Path]) -> tuple[int, tuple[int, int]]:
    """Channels and size of the images: what was said, or what all of them have."""
    said = data.choice("channels", "1", "3")
    size = _size(data)
    modes = set()
    for path in files:
        with _opened(path) as image:
            modes.add(image.mode)
            this = (image.height, image.width)
            if image.mode in _DEEP:
                raise DataError(
                    f"{path} has more than 8 bits for a pixel: save it with 8, or all images as an "
                    ".npy of uint16 with the setting range"
                )
        if "size" in data.settings:
            continue
        if size is not None and size != this:
            raise DataError(
                f"{path} has {this[0]}x{this[1]} pixels, and {files[0]} has {size[0]}x{size[1]}: "
                f"say which size to resize all to, such as {data.path}:size={size[0]}x{size[1]}"
            )
        size = this
    assert size is not None
    return int(said) if said else (1 if modes.issubset(_GREY) else 3), size


def _size(data: NamedData) -> tuple[int, int] | None:
    text = data.settings.get("size")
    if text is None:
        return None
    match = _SIZE.fullmatch(text)
    if match is None:
        raise DataError(f"{data.text}: size={text} is no size; write HEIGHTxWIDTH, such as 32x32")
    return int(match["height"]), int(match["width"])


def _decoded(
    data: NamedData, path: Path, size: tuple[int, int], channels: int
) -> NDArray[np.uint8]:
    with _opened(path) as image:
        try:
            plain = image.convert("L" if channels == 1 else "RGB")
            if "size" in data.settings and (image.height, image.width) != size:
                plain = plain.resize((size[1], size[0]), Image.Resampling.BILINEAR)
            return np.asarray(plain, np.uint8).reshape(*size, channels)
        except Exception as error:  # a damaged image may raise anything at all
            raise _unreadable(path, error) from error


def _opened(path: Path) -> Image.Image:
    """An image whose header has been read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # among them one of images that fill the memory
            return Image.open(path, formats=("PNG", "JPEG"))
    except Exception as error:  # a damaged image may raise anything at all
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path} cannot be read as a PNG or JPEG image ({reason(error)}): save it again, or take "
        "it out"
    )
