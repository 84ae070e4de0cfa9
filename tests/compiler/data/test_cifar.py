import os
import pickle

import numpy as np
import pytest
from tabfab.compiler import data
from tabfab.compiler.data.image_set import DataError

PLANES = np.random.default_rng(0).integers(0, 256, (4, 3072), dtype=np.uint8)
IMAGES = PLANES.reshape(4, 3, 32, 32).transpose(0, 2, 3, 1)
LABELS = [7, 0, 9, 2]
NAMES = [f"class{number}" for number in range(10)]


def records(planes, *label_columns):
    return np.column_stack([*(np.array(c, np.uint8) for c in label_columns), planes]).tobytes()


def write_cifar10_binary(directory, test=None):
    folder = directory / "cifar-10-batches-bin"
    folder.mkdir()
    for number in range(1, 6):
        path = folder / f"data_batch_{number}.bin"
        path.write_bytes(records(PLANES + np.uint8(number), LABELS))
    (folder / "test_batch.bin").write_bytes(records(PLANES, LABELS) if test is None else test)
    (folder / "batches.meta.txt").write_text("\n".join(NAMES) + "\n\n")


def write_cifar10_python(directory, batch, protocol=2):
    folder = directory / "cifar-10-batches-py"
    folder.mkdir()
    content = batch if isinstance(batch, bytes) else pickle.dumps(batch, protocol)
    (folder / "test_batch").write_bytes(content)
    names = {b"label_names": [name.encode() for name in NAMES]}
    (folder / "batches.meta").write_bytes(python2_pickle(names))


def python2_pickle(batch):
    """A pickle as Python 2 wrote the official files: byte strings as SHORT/BINSTRING."""
    return _Python2Pickler.dump(batch)


class _Python2Pickler:
    @classmethod
    def dump(cls, value):
        return b"\x80\x02" + cls.encode(value) + b"."

    @classmethod
    def encode(cls, value):
        if isinstance(value, bytes):
            return b"T" + len(value).to_bytes(4, "little") + value
        if isinstance(value, int):
            return b"J" + value.to_bytes(4, "little", signed=True)
        if isinstance(value, list):
            return b"](" + b"".join(map(cls.encode, value)) + b"e"
        if isinstance(value, dict):
            items = (cls.encode(part) for item in value.items() for part in item)
            return b"}(" + b"".join(items) + b"u"
        if isinstance(value, np.ndarray):
            return cls.array(value)
        raise TypeError(value)

    @classmethod
    def array(cls, value):
        shape = b"(" + b"".join(map(cls.encode, value.shape)) + b"t"
        made = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(J\0\0\0\0tU\x01btR"
        dtype = b"cnumpy\ndtype\n(U\x02u1J\0\0\0\0J\x01\0\0\0tR"
        dtype += b"(J\x03\0\0\0U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffJ\0\0\0\0tb"
        return (
            made + b"(J\x01\0\0\0" + shape + dtype + b"\x89" + cls.encode(value.tobytes()) + b"tb"
        )


def official_batch(**changes):
    batch = {b"batch_label": b"testing batch 1 of 1", b"data": PLANES, b"labels": LABELS}
    batch.update({key.encode(): value for key, value in changes.items()})
    return batch


def test_binary_cifar10(tmp_path):
    write_cifar10_binary(tmp_path)
    test = data.load("cifar10", "test", tmp_path)
    np.testing.assert_array_equal(test.images, IMAGES)
    assert test.labels.tolist() == LABELS
    assert test.classes == tuple(NAMES)
    train = data.load("cifar10", "train", tmp_path)
    assert len(train) == 20
    np.testing.assert_array_equal(train.images[16:], IMAGES + np.uint8(5))


def test_binary_cifar100_takes_the_fine_label(tmp_path):
    folder = tmp_path / "cifar-100-binary"
    folder.mkdir()
    (folder / "test.bin").write_bytes(records(PLANES, [1, 2, 3, 4], [99, 0, 50, 7]))
    test = data.load("cifar100", "test", tmp_path)
    assert test.labels.tolist() == [99, 0, 50, 7]
    np.testing.assert_array_equal(test.images, IMAGES)
    assert len(test.classes) == 100


def test_the_written_pickle_is_what_python_2_would_have_written():
    restored = pickle.loads(python2_pickle(official_batch()), encoding="bytes")
    np.testing.assert_array_equal(restored[b"data"], PLANES)
    assert restored[b"labels"] == LABELS


def test_python_cifar10_as_python_2_wrote_it(tmp_path):
    write_cifar10_python(tmp_path, python2_pickle(official_batch()))
    test = data.load("cifar10", "test", tmp_path)
    np.testing.assert_array_equal(test.images, IMAGES)
    assert test.labels.tolist() == LABELS
    assert test.classes == tuple(NAMES)


@pytest.mark.parametrize("protocol", [3, 4])
def test_python_cifar10_written_again_by_python_3(tmp_path, protocol):
    write_cifar10_python(tmp_path, {"data": PLANES, "labels": LABELS}, protocol)
    np.testing.assert_array_equal(data.load("cifar10", "test", tmp_path).images, IMAGES)


def test_python_cifar100(tmp_path):
    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    batch = {b"data": PLANES, b"fine_labels": [99, 0, 50, 7], b"coarse_labels": [1, 2, 3, 4]}
    (folder / "test").write_bytes(python2_pickle(batch))
    assert data.load("cifar100", "test", tmp_path).labels.tolist() == [99, 0, 50, 7]


class _RunsACommand:
    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def test_a_pickle_that_would_run_a_command_is_refused_and_not_run(tmp_path):
    trace = tmp_path / "was-run"
    batch = official_batch(extra=_RunsACommand(f"touch {trace}"))
    write_cifar10_python(tmp_path, batch, protocol=4)
    with pytest.raises(DataError, match=r"wants to run posix\.system"):
        data.load("cifar10", "test", tmp_path)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (python2_pickle(official_batch())[:-500], "is not a CIFAR batch"),
        (b"not a pickle", "is not a CIFAR batch"),
        (python2_pickle([1, 2]), "holds a list"),
        (python2_pickle(official_batch(labels=LABELS[:3])), "4 images but 3 labels"),
        (python2_pickle(official_batch(labels=b"7092")), "no list 'labels' of integers"),
        (python2_pickle(official_batch(data=PLANES[:, :100])), r"of shape \(N, 3072\)"),
        (python2_pickle(official_batch(data=[1, 2])), "no uint8 array 'data'"),
        (pickle.dumps({"data": PLANES.astype(np.float32), "labels": LABELS}, 4), "is not uint8"),
    ],
)
def test_damaged_python_batches_are_refused(tmp_path, batch, message):
    write_cifar10_python(tmp_path, batch)
    with pytest.raises(DataError, match=message):
        data.load("cifar10", "test", tmp_path)


@pytest.mark.parametrize("test", [b"", records(PLANES, LABELS)[:-1]])
def test_binary_files_of_the_wrong_length_are_refused(tmp_path, test):
    write_cifar10_binary(tmp_path, test)
    with pytest.raises(DataError, match="no multiple of the 3073 bytes"):
        data.load("cifar10", "test", tmp_path)


def test_a_missing_data_set_says_what_was_looked_for_and_where(tmp_path):
    with pytest.raises(DataError) as error:
        data.load("cifar10", "test", tmp_path)
    for part in ("test_batch.bin", "cifar-10-batches-py", str(tmp_path), "--download"):
        assert part in str(error.value)
