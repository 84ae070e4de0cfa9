"""Fetches a data set from OpenML through scikit-learn and keeps it as an ``.npz``."""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..store.errors import reason
from ..store.files import atomic_file
from .image_set import DataError


@dataclass(frozen=True)
class OpenmlDataSet:
    """Where OpenML keeps a data set.

    Parameters
    ----------
    number: OpenML's data set number.
    shape: (channels, height, width) of one image, the order of its columns.
    test: how many images, the last ones, are the official test set.
    """

    number: int
    shape: tuple[int, int, int]
    test: int = 10_000


SOURCES: dict[str, OpenmlDataSet] = {
    "mnist": OpenmlDataSet(554, (1, 28, 28)),  # mnist_784
    "fashion-mnist": OpenmlDataSet(40996, (1, 28, 28)),  # Fashion-MNIST
    "cifar10": OpenmlDataSet(40927, (3, 32, 32)),  # CIFAR_10
    "cifar100": OpenmlDataSet(41983, (3, 32, 32)),  # CIFAR-100
}


def cached(name: str, directory: Path) -> Path:
    """Where `fetch` leaves the data set `name`."""
    return directory / f"{name}-openml.npz"


def fetch(name: str, directory: Path, classes: tuple[str, ...]) -> Path:
    """Download the data set `name` into `directory`; returns the ``.npz`` it made.

    Parameters
    ----------
    name: a key of `SOURCES`.
    directory: made if it does not exist.
    classes: names to store with the images.

    Raises
    ------
    DataError: if the download fails or is not what OpenML announced.
    TabfabError: if another run is downloading it, or it cannot be written.
    """
    from sklearn.datasets import fetch_openml

    source = SOURCES[name]
    # The pandas reader is some ten times faster, but scikit-learn does not bring pandas along.
    parser = "pandas" if importlib.util.find_spec("pandas") else "liac-arff"
    try:
        pixels, labels = fetch_openml(
            data_id=source.number,
            data_home=directory / "openml",
            as_frame=False,
            return_X_y=True,
            parser=parser,
        )
    except Exception as error:  # a connection may break at any point, and raise anything at all
        raise DataError(
            f"could not download {name} from OpenML ({reason(error)}): try again later, or put "
            f"the official files into {directory}"
        ) from error
    images, numbers = _check_download(name, source, np.asarray(pixels), np.asarray(labels))
    target = cached(name, directory)
    with atomic_file(target) as temporary:
        np.savez_compressed(
            temporary,
            images=images[: -source.test],
            labels=numbers[: -source.test],
            images_test=images[-source.test :],
            labels_test=numbers[-source.test :],
            classes=np.array(classes),
        )
    return target


def _check_download(
    name: str, source: OpenmlDataSet, pixels: NDArray[np.generic], labels: NDArray[np.generic]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Images (N, height, width, channels) and labels (N,) from what OpenML sent."""
    columns = math.prod(source.shape)
    if pixels.ndim != 2 or len(pixels) <= source.test or pixels.shape[1] != columns:
        raise DataError(
            f"OpenML sent {name} as an array of shape {pixels.shape}, which is not the data set"
        )
    try:
        values = pixels.astype(np.float32)
        numbers = labels.astype(np.int64)
    except (ValueError, TypeError, OverflowError) as error:
        raise DataError(
            f"OpenML sent {name} with {reason(error)}, which is not the data set"
        ) from error
    if not ((values >= 0) & (values <= 255) & (values == np.floor(values))).all():
        raise DataError(f"OpenML sent {name} with pixels that are no integers from 0 to 255")
    images = values.astype(np.uint8).reshape(-1, *source.shape).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), numbers
