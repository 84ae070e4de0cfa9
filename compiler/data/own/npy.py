"""Images in an ``.npy``, with labels in another beside it, or without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...store.errors import reason
from ..image_set import DataError, ImageSet, Split, as_targets, numbered
from .named import NamedData
from .pixels import as_pixels
from .splits import split_rows

_LABELS = ("labels", "targets")


def read(data: NamedData, split: Split, whole: bool = False) -> ImageSet:
    """One split of the images in an ``.npy``.

    Labels are those of the setting ``labels``, or of a file beside it whose name has ``labels`` or
    ``targets`` in the place of ``images``, or behind the images' name: ``images.npy`` and
    ``labels.npy``, ``faces.npy`` and ``faces_labels.npy``. Integers are class numbers,
    floating-point numbers values. A fifth is set aside for testing.

    Parameters
    ----------
    data: the file; settings ``range``, ``layout`` and ``labels``.
    split: which part.
    whole: set none aside.

    Raises
    ------
    DataError: a file is not there or no ``.npy``, or its array is not as above.
    """
    data.check_settings("range", "layout", "labels")
    pixels, span = as_pixels(data, _array(data.path))
    labels = _labels(data)
    targets = None if labels is None else as_targets(str(labels), _array(labels))
    classes = numbered(targets)
    images = ImageSet(pixels, targets, classes, data.text, span)  # checks them as a whole
    return images if whole else images.of(split_rows(data.path, len(images), split))


def _labels(data: NamedData) -> Path | None:
    named = data.settings.get("labels")
    if named is not None:
        return data.beside(named)
    name = data.path.name
    guesses = [name.replace("images", word) for word in _LABELS if "images" in name]
    guesses += [f"{data.path.stem}_{word}.npy" for word in _LABELS]
    found = [data.beside(guess) for guess in guesses if data.beside(guess).is_file()]
    if len(found) > 1:
        raise DataError(
            f"beside {data.path} there are both {found[0].name} and {found[1].name}: say which "
            f"with {data.path}:labels={found[0].name}"
        )
    return found[0] if found else None


def _array(path: Path) -> NDArray[Any]:
    """The array in `path`, read from disk where it is used."""
    if not path.is_file():
        raise DataError(f"there is no data set file {path}")
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(array, np.ndarray):
            raise ValueError("it is an archive of several arrays, an .npz")
    except Exception as error:  # a damaged file may raise anything at all
        raise DataError(
            f"{path} cannot be read as an .npy ({reason(error)}): write it again with numpy.save"
        ) from error
    return array
