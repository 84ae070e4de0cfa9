import http.client
import zlib

import numpy as np
import pytest
import sklearn.datasets
from tabfab.compiler import data
from tabfab.compiler.data import openml
from tabfab.compiler.data.image_set import DataError

from support.mutations import refused

TEST = 10


@pytest.fixture
def server(monkeypatch):
    """OpenML in miniature: 30 images of every data set, sent as scikit-learn returns them."""
    asked = []

    def fetch_openml(data_id, data_home, as_frame, return_X_y, parser):
        assert return_X_y
        assert not as_frame
        asked.append(data_id)
        pixels = {554: 784, 40996: 784, 40927: 3072, 41983: 3072}[data_id]
        values = np.arange(30 * pixels).reshape(30, pixels) % 251
        return values.astype(np.float64), np.array([str(n % 10) for n in range(30)], object)

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch_openml)
    small = {name: openml.OpenmlDataSet(s.number, s.shape, TEST) for name, s in SOURCES.items()}
    monkeypatch.setattr(openml, "SOURCES", small)
    return asked


SOURCES = dict(openml.SOURCES)


def test_a_download_is_kept_and_split(server, tmp_path):
    train = data.load("cifar10", "train", tmp_path / "new", download=True)
    test = data.load("cifar10", "test", tmp_path / "new")
    assert server == [40927]
    assert (len(train), len(test)) == (20, 10)
    assert train.name == "cifar10"
    assert train.classes[0] == "airplane"
    red = np.arange(1024).reshape(32, 32) % 251
    np.testing.assert_array_equal(train.images[0, :, :, 0], red)
    assert test.labels.tolist() == list(range(10))


def test_a_download_of_the_wrong_shape_is_refused(server, monkeypatch, tmp_path):
    monkeypatch.setitem(openml.SOURCES, "mnist", openml.OpenmlDataSet(40927, (1, 28, 28), TEST))
    with pytest.raises(DataError, match="which is not the data set"):
        data.load("mnist", "train", tmp_path, download=True)


def test_a_failed_download_says_why(monkeypatch, tmp_path):
    def fetch_openml(**_):
        raise OSError("no route to host")

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch_openml)
    with pytest.raises(DataError, match="no route to host"):
        data.load("mnist", "train", tmp_path, download=True)
    assert not list(tmp_path.glob("*.npz"))


@pytest.mark.parametrize(
    ("pixels", "labels"),
    [
        (np.full((30, 784), np.nan), np.array(["1"] * 30, object)),
        (np.full((30, 784), 256.0), np.array(["1"] * 30, object)),
        (np.full((30, 784), 0.5), np.array(["1"] * 30, object)),
        (np.full((30, 784), "x", object), np.array(["1"] * 30, object)),
        (np.zeros((30, 784)), np.array(["boot"] * 30, object)),
        (np.zeros((30, 784)), np.array([None] * 30, object)),
        (np.zeros((30, 784)), np.array(["1"] * 29, object)),
        (np.zeros((30, 784)), np.array(["99"] * 30, object)),
        (np.zeros((10, 784)), np.array(["1"] * 10, object)),
        (np.zeros(784), np.array(["1"])),
        (None, None),
    ],
)
def test_anything_else_that_is_sent_is_refused(server, monkeypatch, tmp_path, pixels, labels):
    monkeypatch.setattr(sklearn.datasets, "fetch_openml", lambda **_: (pixels, labels))
    assert refused(lambda: data.load("mnist", "train", tmp_path, download=True))


@pytest.mark.parametrize(
    "error", [http.client.IncompleteRead(b""), KeyError("url"), zlib.error("-3"), MemoryError()]
)
def test_any_broken_download_says_so(server, monkeypatch, tmp_path, error):
    def fetch_openml(**_):
        raise error

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch_openml)
    message = refused(lambda: data.load("mnist", "train", tmp_path, download=True))
    assert message is not None
    assert "could not download mnist" in message
