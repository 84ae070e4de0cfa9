"""A user's own data set: an ``.npz`` with `images` and `labels`."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..store.errors import reason
from .image_set import DataError, ImageSet, Split, as_labels

Arrays = dict[str, NDArray[np.generic]]

_TEST_FRACTION = 0.2
_SPLIT_SEED = 0
_HARMLESS_BYTES = 256 << 20
_MOST_PACKED = 20
"""How many times smaller a large set of images may be when packed."""


def read(path: Path, split: Split) -> ImageSet:
    """One split of the data set in `path`.

    The file holds `images`, uint8 (N, height, width) or (N, height, width, channels), and
    `labels`, integers (N,). With `images_test` and `labels_test` those are the test split;
    without them a fifth of the images, drawn once with a fixed seed, is. `classes` may name the
    classes.

    Raises
    ------
    DataError: if the file is not there, not an ``.npz``, or its arrays are not as above.
    """
    arrays = _read_arrays(path)
    images, labels = _pair(path, arrays, "")
    if "images_test" in arrays or "labels_test" in arrays:
        test = _pair(path, arrays, "_test")
        count = 1 + max(int(part.max(initial=-1)) for part in (labels, test[1]))
        if split == "test":
            images, labels = test
    else:
        count = 1 + int(labels.max(initial=-1))
        rows = _split_rows(path, len(labels), split)
        images, labels = images[rows], labels[rows]
    return ImageSet(images, labels, _classes(path, arrays, count), str(path))


def _read_arrays(path: Path) -> Arrays:
    if not path.is_file():
        raise DataError(f"there is no data set file {path}")
    try:
        with zipfile.ZipFile(path) as members:
            unpacked = sum(member.file_size for member in members.infolist())
        _check_size(path, unpacked)
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except DataError:
        raise
    except Exception as error:  # a damaged archive may raise anything at all
        raise DataError(
            f"{path} cannot be read as an .npz ({reason(error)}): write it again with numpy.savez"
        ) from error
    # NumPy gives the bytes of a member that is no array.
    return {name: array for name, array in arrays.items() if isinstance(array, np.ndarray)}


def _check_size(path: Path, unpacked: int) -> None:
    """Refuse an archive that is made to fill the memory."""
    if unpacked > max(_HARMLESS_BYTES, _MOST_PACKED * path.stat().st_size):
        raise DataError(
            f"{path} unpacks to {unpacked} bytes, which no images do from "
            f"{path.stat().st_size}: write it again with numpy.savez"
        )


def _pair(path: Path, arrays: Arrays, suffix: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    wanted = [f"images{suffix}", f"labels{suffix}"]
    absent = [name for name in wanted if name not in arrays]
    if absent:
        raise DataError(
            f"{path} has no array {' and no array '.join(absent)}; it has "
            f"{', '.join(sorted(arrays)) or 'none'}"
        )
    images, labels = (arrays[name] for name in wanted)
    labels = as_labels(str(path), labels)
    if images.ndim == 3:
        images = images[..., None]
    # The whole pair is checked before it is split: an ImageSet refuses what is wrong with it.
    checked = ImageSet(
        images,  # type: ignore[arg-type]
        labels,
        tuple(map(str, range(1 + int(labels.max(initial=0))))),
        str(path),
    )
    return checked.images, checked.labels


def _split_rows(path: Path, images: int, split: Split) -> NDArray[np.intp]:
    if images < 2:
        raise DataError(
            f"{path} holds {images} image, too few to set some aside for testing: add more, or "
            "images_test and labels_test"
        )
    order = np.random.default_rng(_SPLIT_SEED).permutation(images)
    test = max(1, round(images * _TEST_FRACTION))
    return np.sort(order[:test] if split == "test" else order[test:])


def _classes(path: Path, arrays: Arrays, count: int) -> tuple[str, ...]:
    if "classes" not in arrays:
        return tuple(map(str, range(count)))
    names = arrays["classes"]
    if names.ndim != 1 or len(names) < count:
        raise DataError(
            f"the array 'classes' of {path}, of shape {names.shape}, must be a list of a name "
            f"for each of the {count} classes"
        )
    try:
        texts = [n.decode() if isinstance(n, bytes) else str(n) for n in names.tolist()]
        "".join(texts).encode()
    except (SystemError, UnicodeError) as error:  # NumPy reads text without checking it
        raise DataError(f"the array 'classes' of {path} is damaged: write it again") from error
    return tuple(texts)
