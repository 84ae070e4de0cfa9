"""Which images a command takes: of ``--data``, of ``--test-data``, or of what a program notes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from ..compiler.data import ImageSet, data_reference, load, referred_data
from ..compiler.data.image_set import DataError, Span
from ..compiler.program import Program


def load_training(
    data: str, test_data: str | None, data_dir: Path | None = None, download: bool = False
) -> ImageSet:
    """The training images of `data`: all of an ``.npz`` where there is a test set beside it."""
    return load(data, "train", data_dir, download, whole=test_data is not None)


def load_test(
    data: str, test_data: str | None, data_dir: Path | None = None, download: bool = False
) -> ImageSet:
    """The images of `test_data`, or else the test images of `data`."""
    return load(test_data or data, "test", data_dir, download, whole=test_data is not None)


def check_alike(train: ImageSet, test: ImageSet) -> None:
    """Refuse a test set that a network trained on `train` does not fit.

    Raises
    ------
    DataError: its images are of another size, or other things are known of them.
    """
    if train.image_shape != test.image_shape:
        raise DataError(
            f"the test images of {test.name} are of {_size(test)}, and the training images of "
            f"{train.name} of {_size(train)}; give --test-data that fits --data"
        )
    if train.span != test.span:
        raise DataError(
            f"the numbers of {test.name} have another range than those of {train.name}: say the "
            "same range=LOW..HIGH behind both"
        )
    if _kind(train) != _kind(test):
        raise DataError(
            f"the test images of {test.name} have {_kind(test)}, and the training images of "
            f"{train.name} have {_kind(train)}; give --test-data that fits --data"
        )
    names = [set_.classes for set_ in (train, test)]
    if names[0] != names[1] and not all(name.isdigit() for name in (*names[0], *names[1])):
        raise DataError(
            f"the classes of {test.name} are {', '.join(names[1][:5])}, and those of {train.name} "
            f"{', '.join(names[0][:5])}: give both the same"
        )


def noted(
    data: str, test_data: str | None, directory: Path, train: ImageSet | None = None
) -> dict[str, object]:
    """What the program in `directory` notes of the data sets that it is made with.

    Parameters
    ----------
    data, test_data: their names, as they were given.
    directory: of the program.
    train: the training images; None for a program that notes their range already.
    """
    test = {} if test_data is None else {"test_data": data_reference(test_data, directory)}
    span = {} if train is None or train.span is None else {"data_span": _listed(train.span)}
    return {"data": data_reference(data, directory), **test, **span}


def check_span(program: Program, images: ImageSet) -> None:
    """Refuse images whose numbers became pixels in another way than those of a program.

    Raises
    ------
    DataError: they did.
    """
    if program.meta.get("data_span") != (images.span and _listed(images.span)):
        raise DataError(
            f"the numbers of {images.name} have another range than those that the program was "
            "made with: say the same range=LOW..HIGH behind --data"
        )


def _listed(span: Span) -> list[list[float]]:
    """As JSON has it."""
    return [list(span.low), list(span.high)]


def with_data(program: Program, noted: Mapping[str, object]) -> Program:
    """`program`, noting the data sets that it was made with (`noted`)."""
    return dataclasses.replace(program, meta={**program.meta, **noted})


def noted_test_data(program: Program, directory: Path) -> str | None:
    """The test set that the program in `directory` was made with; None without one of its own."""
    known = program.meta.get("test_data")
    return referred_data(known, directory) if isinstance(known, str) else None


def _size(images: ImageSet) -> str:
    channels, height, width = images.image_shape
    return f"{height} x {width} pixels with {channels} channels"


def _kind(images: ImageSet) -> str:
    targets = images.targets
    if targets is None:
        return "no labels"
    shape = "".join(f" x {size}" for size in targets.shape[1:])
    what = "labels" if targets.dtype.kind == "i" else "values"
    return f"{what} of {shape.removeprefix(' x ')} each" if shape else f"a {what[:-1]} each"
