r"""Faces and what is none, 36x32 grey, for the face detector of `dyadic.py`.

Nothing of it is in the repository. Faces are the 100 of scikit-image's subset of Labeled Faces in
the Wild (Huang et al., 2007; 25x25 pixels, enlarged), each moved, turned, mirrored and lit in many
ways: 70 people to train with, 30 others to test. What is no face is cut from CIFAR-10 images
(training from training images, test from test images), from scikit-image's photographs of brick,
grass and gravel (upper half and lower half), and the 100 non-faces of the same subset. All but
CIFAR-10 is in the wheel of scikit-image 0.19.3, which is read as the zip archive that it is:

    pip download --no-deps --only-binary :all: --python-version 3.10 \
        --platform manylinux_2_17_x86_64 scikit-image==0.19.3
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tabfab.compiler.data import ImageSet, load
from tabfab.compiler.store.errors import TabfabError

HEIGHT, WIDTH = 36, 32
_PEOPLE = 100
_TRAINED_PEOPLE = 70
_VARIANTS = {"train": 100, "test": 50}
"""Pictures of each face."""
_TEXTURES = ("brick", "grass", "gravel")

Grey = NDArray[np.uint8]


def read_faces(wheel: Path | None) -> tuple[ImageSet, ImageSet]:
    """Training and test images, as many of faces as of anything else.

    Parameters
    ----------
    wheel: file of scikit-image 0.19.3's wheel.

    Raises
    ------
    TabfabError: it is not there, or is none.
    """
    if wheel is None or not wheel.is_file():
        raise TabfabError(
            "the face detector needs scikit-image 0.19.3's wheel, which has the faces; give it "
            "with --faces ('pip download' in bench/dyadic_faces.py gets it)"
        )
    try:
        with zipfile.ZipFile(wheel) as archive:
            subset = np.load(io.BytesIO(archive.read("skimage/data/lfw_subset.npy")))
            textures = [
                np.asarray(Image.open(io.BytesIO(archive.read(f"skimage/data/{name}.png"))))
                for name in _TEXTURES
            ]
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise TabfabError(f"{wheel} is not scikit-image 0.19.3's wheel: {error}") from error
    pictures = (255 * subset).round().clip(0, 255).astype(np.uint8)
    return _split("train", pictures, textures), _split("test", pictures, textures)


def _split(split: str, pictures: Grey, textures: list[Grey]) -> ImageSet:
    random = np.random.default_rng(("train", "test").index(split))
    train = split == "train"
    part = slice(0, _TRAINED_PEOPLE) if train else slice(_TRAINED_PEOPLE, _PEOPLE)
    each = _VARIANTS[split]
    faces = [_varied(face, random) for face in pictures[:_PEOPLE][part] for _ in range(each)]
    others = [_varied(other, random) for other in pictures[_PEOPLE:][part] for _ in range(each)]
    cifar = load("cifar10", "train" if train else "test").images
    texture = [
        _cut(half, random)
        for image in textures
        for half in [image[: len(image) // 2] if train else image[len(image) // 2 :]]
        for _ in range(len(faces) // 10)
    ]
    # A tenth of what is no face is from the same subset, three tenths are textures.
    others = [others[number] for number in random.permutation(len(others))[: len(faces) // 10]]
    scenes = [
        _photograph(cifar[number], random)
        for number in random.choice(len(cifar), len(faces) - len(others) - len(texture))
    ]
    images = np.stack([*faces, *others, *texture, *scenes])[..., None]
    labels = np.arange(len(images)) < len(faces)
    order = random.permutation(len(images))
    return ImageSet(images[order], labels[order].astype(np.int64), ("other", "face"), "faces")


def _varied(picture: Grey, random: np.random.Generator) -> Grey:
    """A 25x25 picture of a face or of something else, enlarged, moved, turned, lit."""
    image = Image.fromarray(picture)
    if random.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    size = int(random.uniform(37, 45))
    image = image.resize((size, size), Image.Resampling.BICUBIC)
    image = image.rotate(random.uniform(-15, 15), Image.Resampling.BILINEAR, fillcolor=128)
    left = (size - WIDTH) // 2 + int(random.integers(-2, 3))
    top = (size - HEIGHT) // 2 + int(random.integers(-1, 2))
    left, top = max(0, min(left, size - WIDTH)), max(0, min(top, size - HEIGHT))
    return _lit(np.asarray(image)[top : top + HEIGHT, left : left + WIDTH], random)


def _photograph(colours: NDArray[np.uint8], random: np.random.Generator) -> Grey:
    """A piece of a photograph of 32x32, enlarged a little or much."""
    image = Image.fromarray(colours).convert("L")
    size = int(random.uniform(36, 90))
    return _cut(np.asarray(image.resize((size, size), Image.Resampling.BICUBIC)), random)


def _cut(picture: Grey, random: np.random.Generator) -> Grey:
    top = int(random.integers(0, picture.shape[0] - HEIGHT + 1))
    left = int(random.integers(0, picture.shape[1] - WIDTH + 1))
    return _lit(picture[top : top + HEIGHT, left : left + WIDTH], random)


def _lit(picture: Grey, random: np.random.Generator) -> Grey:
    contrast, brightness = random.uniform(0.7, 1.2), random.uniform(-25, 25)
    changed = contrast * (picture.astype(np.float64) - 128) + 128 + brightness
    lit: Grey = changed.round().clip(0, 255).astype(np.uint8)
    return lit
