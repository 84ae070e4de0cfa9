"""What people give as a model that is none: told by its first bytes and its members' names.

None of these files is opened any further: most of them are pickles, which run code.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

_EXPORT = (
    "build the module in Python, load its weights, and save it with "
    "torch.export.save(torch.export.export(module.eval(), (images,)), 'model.pt2')"
)
_PICKLE = (
    "is a pickle, as torch.save writes: a state dict (the weights alone) or a whole module; tabfab "
    "opens none as a model, because pickles run code; name the class that a state dict belongs to: "
    "tabfab compile --module FILE.py:CLASS --weights FILE, or give that of a built-in network to "
    "'tabfab train --weights'"
)
_FROM_KERAS = (
    "tabfab reads networks of torch and ONNX models: convert it with tf2onnx, or with Keras' own "
    "model.export('model.onnx', format='onnx')"
)
_STARTS: tuple[tuple[int, bytes, str], ...] = (
    (4, b"TFL3", f"is a TensorFlow Lite model; {_FROM_KERAS}"),
    (0, b"\x89HDF", f"is an HDF5 file (Keras); {_FROM_KERAS}"),
    (0, b"GGUF", f"is a GGUF file, which holds weights alone; {_EXPORT}"),
    (0, b"\x1f\x8b", "is packed with gzip; unpack it first"),
    (0, b"BZh", "is packed with bzip2; unpack it first"),
    (0, b"\xfd7zXZ", "is packed with xz; unpack it first"),
    (0, b"\x28\xb5\x2f\xfd", "is packed with zstd; unpack it first"),
    (0, b"7z\xbc\xaf\x27\x1c", "is packed with 7-Zip; unpack it first"),
    (257, b"ustar", "is a tar archive; unpack it first"),
    (0, b"\x93NUMPY", f"is a NumPy array; {_EXPORT}"),
    (0, b"version https://git-lfs", "is a pointer of Git LFS; fetch the file itself: git lfs pull"),
)
_PICKLE_PROTOCOLS = tuple(b"\x80" + bytes([protocol]) for protocol in range(2, 6))
_ONNX_FIELDS = (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42)
"""What may follow ``ir_version`` in an ONNX model: texts, a version, the graph, opsets."""


def is_onnx(path: Path) -> bool:
    """Whether `path` is an ONNX model, by its name or its first bytes."""
    if not path.is_file():
        return False
    if path.suffix.lower() == ".onnx":
        return True
    with path.open("rb") as file:
        start = file.read(3)
    is_version = len(start) > 2 and start[0] == 0x08 and start[1] < 0x80
    return is_version and start[2] in _ONNX_FIELDS


def kind_of_file(path: Path) -> str | None:
    """What `path` is instead of a ``.pt2`` and what to do, for after its name; None if unknown."""
    if path.is_dir():
        if (path / "program.json").is_file():
            return "is a program, not a model; it is compiled already"
        if (path / "saved_model.pb").is_file():
            return f"is a TensorFlow SavedModel; {_FROM_KERAS}"
        return "is a directory; give the file that torch.export.save wrote"
    if not path.is_file():
        return "is not a file" if path.exists() else None
    with path.open("rb") as file:
        start = file.read(512)
    for place, bytes_, what in _STARTS:
        if start[place : place + len(bytes_)] == bytes_:
            return what
    if not start:
        return None
    if start.startswith(_PICKLE_PROTOCOLS):
        return _PICKLE
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path, start)
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") < path.stat().st_size:
        return (
            "is a safetensors file, which holds weights alone; name the class that they belong to: "
            "tabfab compile --module FILE.py:CLASS --weights FILE"
        )
    if _is_text(start):
        return f"is a text file; give a network that torch saved: {_EXPORT}"
    return None


def _kind_of_archive(path: Path, start: bytes) -> str | None:
    """What a zip archive is, by its members' names alone; `start` is its first bytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except Exception:  # damaged: whoever reads it next says so
        return None
    first = start[30 : 30 + int.from_bytes(start[26:28], "little")]
    if first not in [name.encode() for name in names]:
        return None  # cut off: what is left ends in an archive that was a member of it
    if any(name.endswith("/archive_format") for name in names):
        return _package(names)
    if "serialized_exported_program.json" in names:
        return "was exported by torch 2.7 or older; export it again with torch 2.8 or newer"
    if any(
        name.endswith(("/constants.pkl", "/bytecode.pkl")) or "/code/" in name for name in names
    ):
        return (
            "is a TorchScript model (torch.jit), which tabfab does not read; make an ONNX model of "
            "it, torch.onnx.export(torch.jit.load('FILE'), (images,), 'model.onnx', dynamo=False), "
            "or name the class that it was made from: tabfab compile --module FILE.py:CLASS"
        )
    if any(name.endswith("data.pkl") for name in names):
        return _PICKLE
    if names and all(name.endswith(".npy") for name in names):
        return f"is a NumPy archive (.npz), such as --data takes; the model is missing: {_EXPORT}"
    if "config.json" in names and "model.weights.h5" in names:
        return f"is a Keras model; {_FROM_KERAS}"
    return None


def _package(names: list[str]) -> str | None:
    """What is wrong with torch's own package, as far as names tell."""
    if any("/models/" in name for name in names):
        return None
    return (
        "is a package without an exported network, such as AOTInductor compiles; save the network "
        "with torch.export.save"
    )


def _is_text(start: bytes) -> bool:
    try:
        text = start.decode()
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3:  # cut through the last character
            return False
        text = start[: error.start].decode()
    return all(character.isprintable() or character in "\n\r\t" for character in text)
