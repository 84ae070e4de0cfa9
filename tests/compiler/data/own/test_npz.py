import numpy as np
import pytest
from tabfab.compiler import data
from tabfab.compiler.data.image_set import DataError

IMAGES = np.arange(10 * 6 * 5, dtype=np.uint32).astype(np.uint8).reshape(10, 6, 5)
LABELS = np.arange(10) % 3


def write(tmp_path, **arrays):
    path = tmp_path / "own.npz"
    np.savez(path, **arrays)
    return str(path)


def test_grey_images_get_a_channel(tmp_path):
    path = write(tmp_path, images=IMAGES, labels=LABELS)
    assert data.load(path, "train").image_shape == (1, 6, 5)


def test_the_split_is_seeded_and_covers_every_image_once(tmp_path):
    path = write(tmp_path, images=IMAGES, labels=LABELS)
    train, test = data.load(path, "train"), data.load(path, "test")
    assert (len(train), len(test)) == (8, 2)
    seen = np.concatenate([train.images, test.images])
    assert sorted(seen[:, 0, 0, 0].tolist()) == sorted(IMAGES[:, 0, 0].tolist())
    np.testing.assert_array_equal(data.load(path, "test").images, test.images)
    assert train.classes == test.classes == ("0", "1", "2")


def test_a_test_set_of_its_own_is_taken(tmp_path):
    colour = np.stack([IMAGES] * 3, axis=-1)
    path = write(
        tmp_path,
        images=colour,
        labels=LABELS,
        images_test=colour[:4] + np.uint8(1),
        labels_test=np.array([0, 3, 1, 1]),
    )
    assert len(data.load(path, "train")) == 10
    test = data.load(path, "test")
    np.testing.assert_array_equal(test.images, colour[:4] + np.uint8(1))
    assert test.classes == data.load(path, "train").classes == ("0", "1", "2", "3")


def test_class_names_are_read(tmp_path):
    names = np.array(["cat", "dog", "hen"])
    path = write(tmp_path, images=IMAGES, labels=LABELS, classes=names)
    assert data.load(path, "test").classes == ("cat", "dog", "hen")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"labels": LABELS}, "no array images; it has labels"),
        ({"images": IMAGES, "y": LABELS}, "no array labels and no array targets, but others, y"),
        ({"images": IMAGES, "labels": LABELS, "targets": LABELS}, "both labels and targets"),
        ({"images": IMAGES / 255, "labels": LABELS}, "float64 instead of uint8"),
        ({"images": IMAGES[0], "labels": LABELS}, r"6 images but labels of shape \(10,\)"),
        ({"images": IMAGES[0, 0], "labels": LABELS}, r"shape \(5,\)"),
        ({"images": IMAGES, "labels": LABELS[:9]}, r"10 images but labels of shape \(9,\)"),
        ({"images": IMAGES, "labels": LABELS.astype(str)}, "instead of integers"),
        ({"images": IMAGES, "labels": LABELS * 1j}, "complex128 instead of integers"),
        ({"images": IMAGES, "labels": LABELS / 2 - np.inf}, "infinite or beyond .* 10 places"),
        ({"images": IMAGES, "labels": np.where(LABELS, 1e300, 0)}, "infinite or beyond"),
        ({"images": IMAGES, "labels": np.zeros((10, 0))}, "are empty"),
        ({"images": IMAGES, "labels": np.float32(1)}, r"labels of shape|targets of shape \(\)"),
        ({"images": IMAGES, "labels": LABELS - 1}, "reach from -1.* stored as floating-point"),
        ({"images": IMAGES, "labels": LABELS + 99999}, "store values to be met as floating"),
        ({"images": IMAGES[:0], "labels": LABELS[:0]}, "holds no images"),
        ({"images": IMAGES[:1], "labels": LABELS[:1]}, "too few to set some aside"),
        ({"images": IMAGES, "labels": LABELS, "images_test": IMAGES}, r"labels or targets \(int64"),
        ({"images": IMAGES, "labels": LABELS, "labels_test": LABELS}, "no array images_test"),
        (
            {
                "images": IMAGES,
                "labels": LABELS,
                "images_test": IMAGES,
                "labels_test": LABELS / 2,
            },
            "give both the same kind",
        ),
        (
            {"images": IMAGES, "labels": LABELS, "classes": np.array(["a", "b"])},
            "of the 3 classes",
        ),
        (
            {"images": IMAGES, "labels": LABELS, "classes": np.array("ab")},
            "must be a list",
        ),
        ({"images": np.array([None] * 3), "labels": LABELS}, "cannot be read"),
    ],
)
def test_wrong_arrays_are_refused(tmp_path, arrays, message):
    path = write(tmp_path, **arrays)
    with pytest.raises(DataError, match=message):
        data.load(path, "test")


@pytest.mark.parametrize("name", ["labels", "targets"])
@pytest.mark.parametrize(
    ("targets", "dtype", "classes"),
    [
        (LABELS / 2, np.float32, ()),
        (LABELS.astype(np.float16), np.float32, ()),
        (np.stack([LABELS, LABELS], axis=1) / 3, np.float32, ()),
        (IMAGES[..., None] / 255, np.float32, ()),
        (IMAGES > 100, np.int64, ("0", "1")),
        (IMAGES % 3, np.int64, ("0", "1", "2")),
        (LABELS.astype(np.uint8), np.int64, ("0", "1", "2")),
    ],
)
def test_integers_are_classes_and_real_numbers_values(tmp_path, name, targets, dtype, classes):
    path = write(tmp_path, images=IMAGES, **{name: targets})
    train, test = data.load(path, "train"), data.load(path, "test")
    assert train.targets.dtype == dtype
    assert train.classes == test.classes == classes
    assert train.targets.shape == (8, *targets.shape[1:])
    rows = [IMAGES[:, 0, 0].tolist().index(image[0, 0, 0]) for image in train.images]
    np.testing.assert_array_equal(train.targets, targets[rows].astype(dtype))
    assert train.first(3).targets.shape[0] == len(train.first(3)) == 3


def test_images_may_have_no_labels(tmp_path):
    path = write(tmp_path, images=IMAGES)
    train = data.load(path, "train")
    assert (train.targets, train.classes, len(train)) == (None, (), 8)
    assert train.sample(3, 0).targets is None
    with pytest.raises(DataError, match="has no labels, but a class number for each image"):
        train.labels  # noqa: B018


def test_values_are_no_labels(tmp_path):
    path = write(tmp_path, images=IMAGES, targets=LABELS / 2)
    with pytest.raises(DataError, match=r"has targets of float32 \(2,\), but a class number"):
        data.load(path, "test").labels  # noqa: B018


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing more", b"text"])
def test_a_file_that_is_no_npz_is_refused(tmp_path, content):
    path = tmp_path / "own.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"cannot be read as an \.npz"):
        data.load(str(path), "test")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"there is no data set file .*own\.npz"):
        data.load(str(tmp_path / "own.npz"), "test")
