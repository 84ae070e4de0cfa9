"""What all trials of a sweep start from, read once, and what makes it the same in another run."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ...compiler.data import ImageSet
from ...compiler.mask.goal import PREFIX
from ...compiler.options import CALIBRATION_IMAGES
from ...compiler.store.errors import TabfabError
from ..compilation import MASK_IMAGES
from ..compile import network_source
from ..data_sets import check_alike, load_test, load_training, noted
from ..float_network import FloatNetwork, read_float_network
from ..held_out import held_out
from .space import Settings
from .spec import Sweep

_CODE = ("compiler", "hw", "sim", "cli")
"""The rooms whose code a trial runs."""
_SOURCES = (".py", ".toml", ".jinja")
_LIBRARIES = ("torch", "numpy", "scipy", "scikit-learn", "pyosys")
"""Others whose code decides what comes of a trial."""


@dataclass(frozen=True, eq=False)
class Source:
    """What all trials start from.

    Parameters
    ----------
    network: the float network.
    train: images to learn from.
    judged: images to evaluate on.
    noted: what programs note of their data.
    identity: checksums of all that, of tabfab and the libraries, and the number of threads: what
        a trial's results depend on besides its settings.
    threads: of a trial.
    """

    network: FloatNetwork
    train: ImageSet
    judged: ImageSet
    noted: Mapping[str, object]
    identity: Mapping[str, str]
    threads: int


def read_source(sweep: Sweep, trials_directory: Path) -> Source:
    """Read network and images of a sweep.

    Parameters
    ----------
    sweep: that names them.
    trials_directory: in which the trials' directories lie.

    Raises
    ------
    TabfabError: the network or the data cannot be read or do not fit, or no images are left to
        evaluate on.
    """
    train = load_training(sweep.data, sweep.test_data, sweep.data_dir)
    test = load_test(sweep.data, sweep.test_data, sweep.data_dir)
    check_alike(train, test)
    named = network_source(sweep.model, sweep.module, sweep.weights)
    network = read_float_network(named, train, sweep.input_mean, sweep.input_std, sweep.task)
    train, test = (each.fitted(network.graph.input.shape) for each in (train, test))
    judged = test.first(sweep.judging.images)
    if sweep.judging.of == "held-out":
        judged = _held_out(sweep, train)
    identity = {
        "network": _network_digest(network),
        "training images": _images_digest(train),
        "evaluated images": _images_digest(judged),
        "tabfab": code_version(),
        "threads": str(sweep.needs.threads),
    }
    where = trials_directory / "trial" / "program"
    references = noted(sweep.data, sweep.test_data, where, train)
    return Source(network, train, judged, references, identity, sweep.needs.threads)


def _held_out(sweep: Sweep, train: ImageSet) -> ImageSet:
    """Training images that no trial learns from or chooses its mask by."""
    learned, searched, seeds = 0, 0, set()
    for settings in _all_values(sweep):
        own = settings["compile"]
        learned = max(learned, int(str(own.get("calibration-images", CALIBRATION_IMAGES))))
        by = int(str(own.get("mask-images", MASK_IMAGES)))
        searched = max(searched, by if str(own.get("mask", "")).startswith(PREFIX) else 0)
        seeds.add(int(str(own.get("seed", 0))))
    if len(seeds) > 1:
        raise TabfabError(
            "with several values of compile.seed, no training images are held out from all "
            "trials; say of = 'test' in [evaluate] to evaluate on test images"
        )
    others = held_out(train, learned, searched, sweep.judging.images, seeds.pop())
    if others is None:
        raise TabfabError(
            f"trials learn from {learned + searched} of {len(train)} training images, which "
            "leaves none to evaluate on; take fewer calibration-images in [compile], or say "
            "of = 'test' in [evaluate]"
        )
    return others


def _all_values(sweep: Sweep) -> list[Settings]:
    """Settings in which every value of every option occurs; of a range, its ends."""
    from .space import Choices

    space = sweep.space
    if space.listed:
        return list(space.grid())
    values = [
        axis.values if isinstance(axis, Choices) else (axis.option.kind(axis.low),
        axis.option.kind(axis.high)) for axis in space.axes
    ]  # fmt: skip
    rounds = max(map(len, values))
    return [
        space.with_values(
            {
                axis.option.full_name: each[min(number, len(each) - 1)]
                for axis, each in zip(space.axes, values, strict=True)
            }
        )
        for number in range(rounds)
    ]


# --------------------------------------------------------------------------------- checksums


@cache
def code_version() -> str:
    """Checksum of tabfab's code and of the versions of the libraries that it computes with."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for name in _LIBRARIES:
        digest.update(f"{name} {importlib.metadata.version(name).partition('+')[0]}\n".encode())
    for room in _CODE:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in _SOURCES:
                digest.update(f"{path.relative_to(root)}\n".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _network_digest(network: FloatNetwork) -> str:
    from ...compiler.graph.float_file import MANIFEST, graph_files

    with graph_files(network.graph) as files:  # whose manifest holds the checksums of the others
        text = files[MANIFEST].read_text()
    return _digest(text, network.task.name, network.task.ending, *network.classes)


def _images_digest(images: ImageSet) -> str:
    digest = hashlib.sha256(f"{images.images.shape} {images.classes}".encode())
    digest.update(np.ascontiguousarray(images.images).data)
    if images.targets is not None:
        digest.update(f"{images.targets.dtype} {images.targets.shape}".encode())
        digest.update(np.ascontiguousarray(images.targets).data)
    return digest.hexdigest()


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
