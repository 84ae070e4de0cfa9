import gzip

import numpy as np
import pytest
from tabfab.compiler import data
from tabfab.compiler.data.image_set import DataError

IMAGES = np.arange(5 * 28 * 28, dtype=np.uint32).astype(np.uint8).reshape(5, 28, 28)
LABELS = np.array([3, 0, 9, 1, 3], np.uint8)


def idx_bytes(array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.tobytes()


def write_split(folder, prefix="t10k", images=None, labels=None, pack=False):
    folder.mkdir(parents=True, exist_ok=True)
    parts = {
        f"{prefix}-images-idx3-ubyte": idx_bytes(IMAGES) if images is None else images,
        f"{prefix}-labels-idx1-ubyte": idx_bytes(LABELS) if labels is None else labels,
    }
    for name, content in parts.items():
        path = folder / (name + ".gz" * pack)
        path.write_bytes(gzip.compress(content) if pack else content)


@pytest.mark.parametrize("folder", ["", "MNIST/raw"])
@pytest.mark.parametrize("pack", [False, True])
def test_mnist_is_read_plain_or_packed_from_both_places(tmp_path, folder, pack):
    write_split(tmp_path / folder, pack=pack)
    images = data.load("mnist", "test", tmp_path)
    np.testing.assert_array_equal(images.images, IMAGES[..., None])
    np.testing.assert_array_equal(images.labels, LABELS)
    assert images.labels.dtype == np.int64
    assert images.image_shape == (1, 28, 28)
    assert images.classes == tuple("0123456789")


def test_splits_come_from_their_own_files(tmp_path):
    write_split(tmp_path, "train", images=idx_bytes(IMAGES[:2]), labels=idx_bytes(LABELS[:2]))
    write_split(tmp_path, "t10k")
    assert len(data.load("mnist", "train", tmp_path)) == 2
    assert len(data.load("mnist", "test", tmp_path)) == 5


def test_fashion_mnist_prefers_its_own_folder_over_files_that_may_be_mnist(tmp_path):
    write_split(tmp_path)
    write_split(tmp_path / "FashionMNIST" / "raw", labels=idx_bytes(LABELS[::-1].copy()))
    images = data.load("fashion-mnist", "test", tmp_path)
    np.testing.assert_array_equal(images.labels, LABELS[::-1])
    assert images.classes[9] == "Ankle boot"


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (idx_bytes(IMAGES)[:-1], None, "3919 bytes of data, but its header announces 3920"),
        (idx_bytes(IMAGES)[:9], None, "cut off within its header"),
        (b"\x89PNG" + idx_bytes(IMAGES), None, "starts with 89 50 4e 47"),
        (b"", None, "starts with nothing"),
        (idx_bytes(LABELS), None, "instead of 00 00 08 03"),
        (None, idx_bytes(LABELS[:4]), "5 images but .* 4 labels"),
        (None, idx_bytes(LABELS + 1), "labels of mnist reach from 1 to 10"),
        (idx_bytes(IMAGES[:0]), idx_bytes(LABELS[:0]), "holds no images"),
    ],
)
def test_damaged_files_are_refused(tmp_path, images, labels, message):
    write_split(tmp_path, images=images, labels=labels)
    with pytest.raises(DataError, match=message):
        data.load("mnist", "test", tmp_path)


def test_a_file_that_only_claims_to_be_packed_is_refused(tmp_path):
    write_split(tmp_path, pack=True)
    packed = tmp_path / "t10k-images-idx3-ubyte.gz"
    packed.write_bytes(packed.read_bytes()[:40])
    with pytest.raises(DataError, match=r"cannot read .*idx3-ubyte\.gz"):
        data.load("mnist", "test", tmp_path)
