"""What people give as a model that is none: one sentence says what it is and what to do."""

from __future__ import annotations

import gzip
import io
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tabfab.compiler.frontend.model_file import ModelFileError, load_model
from torch import nn

from support.mutations import refused


def net() -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10)).eval()


def script(path: Path) -> None:
    torch.jit.save(torch.jit.script(net()), path)


def trace(path: Path) -> None:
    torch.jit.trace(net(), torch.zeros(1, 1, 8, 8)).save(path)


def old_state_dict(path: Path) -> None:
    torch.save(net().state_dict(), path, _use_new_zipfile_serialization=False)


def tar(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("model.pt2"))


def zipped(*names: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, b"")

    return write


def bytes_of(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


ONNX = b"\x08\x08\x12\x07pytorch\x1a\x052.1.0:" + bytes(50)
FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "script": (script, "is a TorchScript model"),
    "trace": (trace, "is a TorchScript model"),
    "state dict": (lambda path: torch.save(net().state_dict(), path), "the weights alone"),
    "old state dict": (old_state_dict, "the weights alone"),
    "whole module": (lambda path: torch.save(net(), path), "a pickle"),
    "pickle": (lambda path: path.write_bytes(pickle.dumps(net())), "a pickle"),
    "safetensors": (lambda path: save_file(net().state_dict(), path), "is a safetensors file"),
    "onnx": (bytes_of(ONNX), "is no ONNX model or is cut off"),
    "onnx without a producer": (
        bytes_of(b"\x08\x07:\x10" + bytes(50)), "is no ONNX model or is cut off",
    ),
    "tflite": (bytes_of(b"\x1c\x00\x00\x00TFL3" + bytes(50)), "is a TensorFlow Lite model"),
    "keras": (bytes_of(b"\x89HDF\r\n\x1a\n" + bytes(50)), "is an HDF5 file"),
    "new keras": (zipped("config.json", "model.weights.h5"), "is a Keras model"),
    "gguf": (bytes_of(b"GGUF" + bytes(50)), "is a GGUF file"),
    "npz": (
        lambda path: np.savez(path.open("wb"), images=np.zeros((3, 8, 8), np.uint8)),
        "is a NumPy archive",
    ),
    "npy": (lambda path: np.save(path.open("wb"), np.zeros(3)), "is a NumPy array"),
    "source": (bytes_of(b"import torch\n\nclass Net(torch.nn.Module):\n    pass\n"), "a text file"),
    "text": (bytes_of("größe ".encode() * 200), "is a text file"),
    "gzip": (lambda path: path.write_bytes(gzip.compress(b"x" * 99)), "is packed with gzip"),
    "tar": (tar, "is a tar archive"),
    "lfs": (
        bytes_of(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
        "git lfs pull",
    ),
    "torch 2.7": (
        zipped("version", "serialized_exported_program.json"), "was exported by torch 2.7 or older",
    ),
    "inductor": (
        zipped("model/archive_format", "model/data/aotinductor/model/x.so"),
        "is a package without an exported network",
    ),
    "folder": (Path.mkdir, "is a directory"),
    "saved model": (
        lambda path: (path.mkdir(), (path / "saved_model.pb").touch()), "TensorFlow SavedModel",
    ),
    "program": (lambda path: (path.mkdir(), (path / "program.json").touch()), "is a program"),
    "empty": (bytes_of(b""), "is not a .pt2 archive"),
    "noise": (bytes_of(np.random.default_rng(0).bytes(1000)), "is not a .pt2 archive"),
    "one byte": (bytes_of(b"\x08"), "is not a .pt2 archive"),
    "start of a zip": (bytes_of(b"PK\x03\x04"), "is not a .pt2 archive"),
    "other zip": (zipped("readme.txt"), "is not a .pt2 archive"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_it_is_called_by_its_name(name: str, tmp_path: Path) -> None:
    write, what = FILES[name]
    path = tmp_path / "model.pt2"
    write(path)
    message = refused(lambda: load_model(path))
    assert message is not None
    assert message.startswith(f"{path} ")
    assert what in message


def test_a_pickle_given_as_a_model_is_not_opened(tmp_path: Path) -> None:
    class Runs:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
            return Path.touch, (tmp_path / "was-run",)

    for number, protocol in enumerate(range(6)):
        path = tmp_path / f"{number}.pt2"
        path.write_bytes(pickle.dumps(Runs(), protocol))
        with pytest.raises(ModelFileError):
            load_model(path)
    buffer = io.BytesIO()
    torch.save(Runs(), buffer)
    (tmp_path / "saved.pt2").write_bytes(buffer.getvalue())
    with pytest.raises(ModelFileError):
        load_model(tmp_path / "saved.pt2")
    assert not (tmp_path / "was-run").exists()


def test_a_device_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.pt2"
    path.symlink_to("/dev/zero")
    with pytest.raises(ModelFileError, match="is not a file"):
        load_model(path)
