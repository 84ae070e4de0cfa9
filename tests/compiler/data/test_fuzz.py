"""Whatever a data set's files hold, they load or are refused in one sentence."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import data
from tabfab.compiler.data import files

from support.mutations import damaged_bytes, refused
from support.resources import measure

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (5, 28, 28), np.uint8)
PLANES = RNG.integers(0, 256, (5, 3072), np.uint8)
LABELS = np.array([7, 0, 9, 2, 1], np.uint8)
GIGABYTE = 1 << 30


def idx(*shape: int, content: bytes) -> bytes:
    return struct.pack(f">4B{len(shape)}I", 0, 0, 8, len(shape), *shape) + content


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def write(directory: Path, contents: dict[str, bytes]) -> Path:
    for name, content in contents.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return directory


BATCH = {b"data": PLANES, b"labels": LABELS.tolist(), b"filenames": ["a.png"] * 5}
SETS: dict[str, dict[str, bytes]] = {
    "mnist": {
        "t10k-images-idx3-ubyte": idx(5, 28, 28, content=IMAGES.tobytes()),
        "t10k-labels-idx1-ubyte": idx(5, content=LABELS.tobytes()),
    },
    "mnist ": {
        "t10k-images-idx3-ubyte.gz": gzip.compress(idx(5, 28, 28, content=IMAGES.tobytes())),
        "t10k-labels-idx1-ubyte.gz": gzip.compress(idx(5, content=LABELS.tobytes())),
    },
    "cifar10": {
        "cifar-10-batches-bin/test_batch.bin": np.column_stack([LABELS, PLANES]).tobytes(),
        "cifar-10-batches-bin/batches.meta.txt": "\n".join("abcdefghij").encode(),
    },
    "cifar10 ": {
        "cifar-10-batches-py/test_batch": pickle.dumps(BATCH, 3),
        "cifar-10-batches-py/batches.meta": pickle.dumps({b"label_names": [b"cat"] * 10}, 3),
    },
    "cifar100": {
        "test": pickle.dumps({"data": PLANES, "fine_labels": LABELS.tolist()}, 4),
    },
    "own.npz": {
        "own.npz": npz(images=IMAGES, labels=LABELS, classes=np.array(list("abcdefghij"))),
    },
    "own.npz ": {
        "own.npz": npz(images=IMAGES, labels=LABELS, images_test=IMAGES, labels_test=LABELS),
    },
}
"""Files of each reader, by the name under which `load` reads them."""


def load(name: str, directory: Path) -> data.ImageSet:
    name = name.strip()
    return data.load(str(directory / name) if "." in name else name, "test", directory)


@pytest.mark.parametrize("name", SETS)
def test_the_files_to_damage_are_good(name: str, tmp_path: Path) -> None:
    images = load(name, write(tmp_path, SETS[name]))
    assert len(images) in (1, 5)


@pytest.mark.parametrize("name", SETS)
@given(drawn=st.data())
def test_any_damage(
    name: str, drawn: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = write(tmp_path_factory.getbasetemp() / name.replace(" ", "-"), SETS[name])
    target = drawn.draw(st.sampled_from(sorted(SETS[name])))
    content = SETS[name][target]
    if target.endswith(".gz"):
        content = gzip.decompress(content)
        damaged = gzip.compress(drawn.draw(damaged_bytes(content)))
    else:
        damaged = drawn.draw(damaged_bytes(content))
    write(directory, {target: damaged})
    refused(lambda: load(name, directory))


@given(drawn=st.data())
def test_any_damage_to_an_array_of_an_npz(
    drawn: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The archive is whole, so that the damage reaches NumPy's reader of one array."""
    directory = tmp_path_factory.getbasetemp() / "arrays"
    with zipfile.ZipFile(io.BytesIO(SETS["own.npz"]["own.npz"])) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = drawn.draw(st.sampled_from(sorted(members)))
    start = members[name][:128]  # the header
    members[name] = drawn.draw(damaged_bytes(start)) + members[name][128:]
    write(directory, {"own.npz": archive_of(members)})
    refused(lambda: load("own.npz", directory))


def archive_of(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def array_header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1099511627776, 28, 28)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2147483648,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 28, 28)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (True, 28.0)}",
        "{'descr': '<U999999999', 'fortran_order': False, 'shape': (5,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (5,)}",
        "{'descr': 'x', 'fortran_order': 3, 'shape': 5}",
        "{'descr': '|u1'}",
        "[" * 5000,
        "(" * 60_000,
        "",
    ],
)
def test_npz_headers(header: str, tmp_path: Path) -> None:
    members = {"images.npy": array_header(header + "\n"), "labels.npy": array_header("\n")}
    write(tmp_path, {"own.npz": archive_of(members)})
    assert refused(lambda: load("own.npz", tmp_path))


@pytest.mark.parametrize(
    "arrays",
    [
        {"images": IMAGES, "labels": np.full(5, 2**62)},
        {"images": IMAGES, "labels": np.full(5, 10**6)},
        {"images": IMAGES, "labels": np.full(5, 2**63, np.uint64)},
        {"images": IMAGES, "labels": np.int64(3)},
        {"images": np.uint8(3), "labels": LABELS},
        {"images": IMAGES, "labels": LABELS.astype("m8[s]")},
        {"images": IMAGES.astype([("a", "u1")]), "labels": LABELS},
        {"images": np.zeros((5, 28, 28, 3, 1), np.uint8), "labels": LABELS},
        {"images": np.zeros((5, 0, 28), np.uint8), "labels": LABELS},
        {"images": IMAGES, "labels": LABELS, "images_test": IMAGES[:, :, 0], "labels_test": LABELS},
        {"images": IMAGES, "labels": LABELS, "classes": np.array([["a"]])},
    ],
)
def test_wrong_arrays(arrays: dict[str, np.ndarray], tmp_path: Path) -> None:
    write(tmp_path, {"own.npz": npz(**arrays)})
    assert refused(lambda: load("own.npz", tmp_path))


def test_encrypted_and_otherwise_odd_archives(tmp_path: Path) -> None:
    content = bytearray(SETS["own.npz"]["own.npz"])
    for at, value in ((6, 1), (8, 99), (8, 14), (8, 12)):  # encrypted, and kinds of packing
        odd = bytearray(content)
        odd[at] = value
        central = odd.index(b"PK\x01\x02")
        odd[central + at + 2] = value
        write(tmp_path, {"own.npz": bytes(odd)})
        assert refused(lambda: load("own.npz", tmp_path))
    write(tmp_path, {"own.npz": archive_of({"images.npy": b"", "labels": b"text"})})
    assert refused(lambda: load("own.npz", tmp_path))
    (tmp_path / "folder.npz").mkdir()
    assert refused(lambda: load("folder.npz", tmp_path))


@pytest.mark.parametrize(
    "batch",
    [
        {b"data": PLANES, b"labels": [10**30] * 5},
        {b"data": PLANES, b"labels": [-1] * 5},
        {b"data": PLANES, b"labels": [True, 2.0, None, "1", 1]},
        {b"data": PLANES.astype(">i2"), b"labels": [1] * 5},
        {b"data": PLANES[0], b"labels": [1]},
        {b"data": PLANES[:0], b"labels": []},
        {b"data": PLANES, b"labels": np.arange(5)},
        {1: 2, None: 3, (1, 2): 4},
        [],
    ],
)
def test_wrong_batches(batch: object, tmp_path: Path) -> None:
    for protocol in (3, 5):
        write(tmp_path, {"test_batch": pickle.dumps(batch, protocol)})
        assert refused(lambda: load("cifar10", tmp_path))


def bombs() -> dict[str, tuple[str, dict[str, bytes]]]:
    """Small files that would take more than a gigabyte, or for ever: name to read -> files."""
    packed = gzip.compress(idx(1 << 20, 28, 28, content=bytes(1 << 20)))
    more = gzip.compress(bytes(1 << 20))
    label_file = {"t10k-labels-idx1-ubyte": idx(5, content=LABELS.tobytes())}
    nested = b")" + b"".join(b"q%c0h%ch%c\x86" % (n, n, n) for n in range(200))
    return {
        "an IDX header of 2^96 images": (
            "mnist",
            {"t10k-images-idx3-ubyte": idx(2**32 - 1, 2**32 - 1, 2**32 - 1, content=b"")}
            | label_file,
        ),
        "a gzip bomb": ("mnist", {"t10k-images-idx3-ubyte.gz": packed + more * 2000} | label_file),
        "a zip bomb": (
            "own.npz",
            {
                "own.npz": archive_of(
                    {"images.npy": npy_of_zeros(300), "labels.npy": npy_of_zeros(1)},
                    zipfile.ZIP_DEFLATED,
                )
            },
        ),
        "a pickle's reference number": ("cifar10", {"test_batch": b"\x80\x02}r\xff\xff\xff\x7f."}),
        "a pickle's key of 2^200 parts": (
            "cifar10",
            {"test_batch": b"\x80\x02}" + nested + b"K\x01s."},
        ),
        "a pickle's string": ("cifar10", {"test_batch": b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f."}),
    }


def npy_of_zeros(megabytes: int) -> bytes:
    text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({megabytes}, 1024, 1024)}}\n"
    return array_header(text) + bytes(megabytes << 20)


def load_all(root: str, *names: str) -> None:
    """Load the sets in the folders of `root`, each of which must be refused."""
    for number, name in enumerate(names):
        assert refused(lambda number=number, name=name: load(name, Path(root) / str(number))), name  # type: ignore[misc]


def test_bombs_are_defused(tmp_path: Path) -> None:
    cases = bombs()
    for number, (_, contents) in enumerate(cases.values()):
        write(tmp_path / str(number), contents)
    number = len(cases)
    sparse = write(tmp_path / str(number), SETS["mnist"]) / "t10k-images-idx3-ubyte"
    os.truncate(sparse, 1 << 40)
    names = [name for name, _ in cases.values()]
    outcome = measure(__name__, "load_all", tmp_path, *names, "mnist")
    assert outcome.mebibytes < 700
    assert outcome.seconds < 20


def test_the_largest_file_stays_below_a_gigabyte() -> None:
    assert 3 * files.MAX_BYTES < GIGABYTE


@pytest.mark.parametrize("split", ["train", "test", "other"])
def test_splits_and_names(split: str, tmp_path: Path) -> None:
    for name in ("nothing", "", "x.npz", "mnist\n"):
        assert refused(lambda name=name: data.load(name, split, tmp_path))  # type: ignore[arg-type,misc]
