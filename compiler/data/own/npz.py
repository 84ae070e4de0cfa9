"""A user's own data set: an ``.npz`` with `images`, and `labels` or `targets`."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...store.errors import reason
from ...tasks import Targets
from ..image_set import DataError, ImageSet, Span, Split, as_targets
from .named import NamedData
from .pixels import as_pixels
from .splits import split_rows

Arrays = dict[str, NDArray[np.generic]]

_TARGETS = ("labels", "targets")
_TEST = "_test"
_HARMLESS_BYTES = 256 << 20
_MOST_PACKED = 20
"""How many times smaller a large set of images may be when packed."""


def read(data: NamedData, split: Split, whole: bool = False) -> ImageSet:
    """One split of the data set in an ``.npz``.

    The file holds `images`, uint8 (N, height, width), (N, height, width, channels), vectors
    (N, features), sequences (N, length, channels) or (N, channels, length), or as the settings say
    it, and `labels` or `targets`, which mean the same: integers are class numbers, floating-point
    numbers values (`ImageSet`); without either nothing is known of the images. With `images_test`
    (and `labels_test` or `targets_test`) those are the test split; without them a fifth of the
    images, drawn once with a fixed seed, is. `classes` may name the classes.

    Parameters
    ----------
    data: the file; settings ``range`` and ``layout``.
    split: which part.
    whole: where the file has no `images_test`, set none aside: all are of either split.

    Raises
    ------
    DataError: if the file is not there, not an ``.npz``, or its arrays are not as above.
    """
    data.check_settings("range", "layout")
    path = data.path
    arrays = _read_arrays(path)
    images, targets, span = _pair(data, arrays, "")
    parts = [targets]
    if any(name.endswith(_TEST) for name in arrays):
        test_images, test_targets, _ = _pair(data, arrays, _TEST)
        _check_alike(path, targets, test_targets)
        if test_images.shape[1:] != images.shape[1:]:
            raise DataError(
                f"the images_test of {path} are of shape {test_images.shape[1:]} each, and its "
                f"images of {images.shape[1:]}: give both the same"
            )
        parts.append(test_targets)
        if split == "test":
            images, targets = test_images, test_targets
    elif not whole:
        rows = split_rows(path, len(images), split)
        images, targets = images[rows], None if targets is None else targets[rows]
    return ImageSet(images, targets, _classes(path, arrays, _count(parts)), data.text, span)


def _check_alike(path: Path, train: Targets | None, test: Targets | None) -> None:
    """Refuse splits of which different things are known."""

    def kind(targets: Targets | None) -> object:
        return None if targets is None else (targets.dtype.kind, targets.shape[1:])

    if kind(train) != kind(test):
        shown = ["none" if t is None else f"{t.dtype} (N, ...) of {t.shape}" for t in (train, test)]
        raise DataError(
            f"the training images of {path} have other labels or targets ({shown[0]}) than the "
            f"test images ({shown[1]}): give both the same kind"
        )


def _count(parts: Sequence[Targets | None]) -> int:
    """How many classes are numbered; none where nothing but values is known."""
    whole = [part for part in parts if part is not None and part.dtype.kind == "i"]
    return max((1 + int(part.max(initial=-1)) for part in whole), default=0)


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


def _pair(
    data: NamedData, arrays: Arrays, suffix: str
) -> tuple[NDArray[np.uint8], Targets | None, Span | None]:
    """Images of a split, what is known of them, and what their pixels were."""
    path = data.path
    if f"images{suffix}" not in arrays:
        raise DataError(
            f"{path} has no array images{suffix}; it has {', '.join(sorted(arrays)) or 'none'}"
        )
    there = [f"{name}{suffix}" for name in _TARGETS if f"{name}{suffix}" in arrays]
    if len(there) > 1:
        raise DataError(
            f"{path} has both {' and '.join(there)}, and networks are compared with one of them: "
            "keep that one"
        )
    if not there:
        _check_names(path, arrays, suffix)
    images, span = as_pixels(data, arrays[f"images{suffix}"])
    targets = as_targets(str(path), arrays[there[0]]) if there else None
    # The whole pair is checked before it is split: an ImageSet refuses what is wrong with it.
    classes = tuple(map(str, range(max(_count([targets]), 1))))
    checked = ImageSet(images, targets, classes, str(path))
    return checked.images, checked.targets, span


def _check_names(path: Path, arrays: Arrays, suffix: str) -> None:
    """Refuse images without labels where these may be there by another name."""
    known = {f"{name}{end}" for name in ("images", *_TARGETS) for end in ("", _TEST)}
    unknown = sorted(set(arrays) - known - {"classes"})
    if unknown:
        raise DataError(
            f"{path} has no array labels{suffix} and no array targets{suffix}, but others, "
            f"{', '.join(unknown)}: rename what the images' labels are, or leave it out"
        )


def _classes(path: Path, arrays: Arrays, count: int) -> tuple[str, ...]:
    if "classes" not in arrays or not count:
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
