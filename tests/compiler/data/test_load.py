import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler import data
from tabfab.compiler.data.image_set import DataError


def test_digits_split_is_fixed_and_in_proportion():
    train, test = data.load("digits", "train"), data.load("digits", "test")
    assert (len(train), len(test)) == (1297, 500)
    assert train.image_shape == (1, 8, 8)
    assert train.images.max() == 255
    assert set(np.unique(train.images)) <= {round(level * 255 / 16) for level in range(17)}
    assert np.bincount(test.labels).min() >= 47
    np.testing.assert_array_equal(test.images, data.load("digits", "test").images)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(DataError, match="digits, mnist, fashion-mnist, cifar10, cifar100"):
        data.load("imagenet", "test")


def test_an_unknown_split_is_refused():
    with pytest.raises(DataError, match="not 'validation'"):
        data.load("digits", "validation")


def test_the_data_directory_comes_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("TABFAB_DATA_DIR", str(tmp_path))
    with pytest.raises(DataError, match=str(tmp_path)):
        data.load("mnist", "test")
    monkeypatch.delenv("TABFAB_DATA_DIR")
    assert data.data_directory() == Path.home() / ".cache" / "tabfab"


def test_loading_does_not_import_torch():
    code = (
        "import sys; from tabfab.compiler import data; data.load('digits', 'test');"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "cifar10", "cifar100"])
def test_complete_data_sets_where_they_are_present(name):
    sizes = {"mnist": 60_000, "fashion-mnist": 60_000, "cifar10": 50_000, "cifar100": 50_000}
    try:
        train, test = data.load(name, "train"), data.load(name, "test")
    except DataError as error:
        if "was not found" not in str(error):
            raise
        pytest.skip(f"set TABFAB_DATA_DIR to a folder with {name} for this test")
    assert (len(train), len(test)) == (sizes[name], 10_000)
    assert len(train.classes) == len(np.unique(test.labels))
