import json
import zipfile

import numpy as np
import pytest
import torch
from tabfab.compiler.frontend import float_model
from tabfab.compiler.frontend.model_file import (
    FORMAT_VERSION,
    ModelFileError,
    load_model,
    save_model,
)
from tabfab.compiler.store.errors import TabfabError
from torch import nn

SHAPE = (3, 6, 6)


@pytest.fixture
def module():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3)).eval()


@pytest.fixture
def saved(module, tmp_path):
    path = tmp_path / "model.pt2"
    save_model(module, SHAPE, path, ["a", "b", "c"], {"seed": 7})
    return path


def rewrite(path, change):
    """Put every member of the archive through `change(name, content)`."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, change(name, content))


def check_answers(loaded, module):
    """A loaded model answers random images as the module does."""
    pixels = np.random.default_rng(0).integers(0, 256, (5, 6, 6, 3), dtype=np.uint8)
    images = torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy()).float() / 255
    with torch.no_grad():
        expected = module(images).numpy()
    np.testing.assert_allclose(float_model.logits(loaded, pixels), expected, atol=1e-6)


def test_a_model_comes_back_as_it_was_saved(module, saved):
    loaded = load_model(saved)
    assert loaded.image_shape == SHAPE
    assert loaded.classes == ("a", "b", "c")
    assert loaded.meta == {"seed": 7}
    check_answers(loaded, module)


def test_weights_with_channels_last_are_saved_without_a_warning(module, tmp_path, recwarn):
    path = tmp_path / "model.pt2"
    save_model(module.to(memory_format=torch.channels_last), SHAPE, path, ["a", "b", "c"])
    assert not recwarn.list
    check_answers(load_model(path), module)


def test_saving_leaves_no_temporary_file(saved):
    assert [path.name for path in saved.parent.iterdir()] == ["model.pt2"]


def test_a_model_exported_without_tabfab_loads(module, tmp_path):
    path = tmp_path / "own.pt2"
    torch.export.save(torch.export.export(module, (torch.zeros(1, *SHAPE),)), path)
    loaded = load_model(path)
    assert loaded.image_shape == SHAPE
    assert loaded.classes == ("0", "1", "2")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"there is no model file .*gone\.pt2"):
        load_model(tmp_path / "gone.pt2")


@pytest.mark.parametrize("keep", [0, 100, 0.5, 0.99])
def test_a_truncated_file_is_refused(saved, keep):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(keep * len(content)) if keep < 1 else keep])
    with pytest.raises(ModelFileError, match=r"not a \.pt2 archive or is cut off"):
        load_model(saved)


def test_a_flipped_bit_in_the_weights_is_noticed(module, saved):
    content = bytearray(saved.read_bytes())
    weights = module[3].weight.detach().numpy().tobytes()
    at = content.index(weights[:64])
    content[at + 5] ^= 4
    saved.write_bytes(content)
    with pytest.raises(ModelFileError, match="is damaged in"):
        load_model(saved)


def test_a_newer_format_is_refused(saved):
    note = json.dumps({"format_version": FORMAT_VERSION + 1})
    rewrite(saved, lambda name, content: note if name.endswith("tabfab.json") else content)
    with pytest.raises(ModelFileError, match="update tabfab"):
        load_model(saved)


@pytest.mark.parametrize("note", ["{", "[]", '{"other": 1}', '{"format_version": 1, "a": NaN}'])
def test_a_note_that_cannot_be_read_is_refused(saved, note):
    rewrite(saved, lambda name, content: note if name.endswith("tabfab.json") else content)
    with pytest.raises(ModelFileError, match=r"its tabfab\.json cannot be read"):
        load_model(saved)


@pytest.mark.parametrize("version", ["null", "0", "true", '"1"', "1.5"])
def test_a_strange_format_version_is_refused(saved, version):
    note = f'{{"format_version": {version}}}'
    rewrite(saved, lambda name, content: note if name.endswith("tabfab.json") else content)
    with pytest.raises(ModelFileError, match="its format version is"):
        load_model(saved)


@pytest.mark.parametrize("classes", ['["a", "b"]', '["a", "b", 3]', '"abc"'])
def test_wrong_class_names_are_refused(saved, classes):
    note = f'{{"format_version": 1, "classes": {classes}}}'
    rewrite(saved, lambda name, content: note if name.endswith("tabfab.json") else content)
    with pytest.raises(ModelFileError, match=r"names 2 classes|not as it was written"):
        load_model(saved)


def test_weights_that_are_no_numbers_are_refused(module, tmp_path):
    with torch.no_grad():
        module[0].weight[1, 2, 0, 0] = float("nan")
    save_model(module, SHAPE, tmp_path / "model.pt2", [])
    with pytest.raises(ModelFileError, match=r"no numbers, in '0\.weight'"):
        load_model(tmp_path / "model.pt2")


def test_an_archive_of_something_else_is_refused(tmp_path):
    path = tmp_path / "model.pt2"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ModelFileError, match=r"is not a \.pt2 archive"):
        load_model(path)


def test_an_archive_with_a_damaged_network_is_refused(saved):
    rewrite(saved, lambda name, content: b"{}" if name.endswith("model.json") else content)
    with pytest.raises(ModelFileError, match="must be an object with 'schema_version'"):
        load_model(saved)


def test_packed_archives_and_doubled_members_are_refused(saved):
    original = saved.read_bytes()
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("model/bomb", bytes(300 << 20), zipfile.ZIP_DEFLATED)
    with pytest.raises(ModelFileError, match="is packed, which torch never does"):
        load_model(saved)
    saved.write_bytes(original)
    with zipfile.ZipFile(saved, "a") as archive:
        name = next(name for name in archive.namelist() if name.endswith("model.json"))
        archive.writestr(name.replace("model.json", "MODEL.json"), b"{}")
    with pytest.raises(ModelFileError, match="two members of one name"):
        load_model(saved)


def test_a_module_in_training_mode_is_refused(module, tmp_path):
    with pytest.raises(ModelFileError, match=r"call its eval\(\) first"):
        save_model(module.train(), SHAPE, tmp_path / "model.pt2", [])


def test_a_module_that_does_not_take_the_images_is_refused(module, tmp_path):
    with pytest.raises(ModelFileError, match="cannot trace Sequential"):
        save_model(module, (1, 6, 6), tmp_path / "model.pt2", [])


def test_an_unwritable_place_is_named(module, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(TabfabError, match="cannot be written"):
        save_model(module, SHAPE, tmp_path / "file" / "model.pt2", [])


def test_a_model_that_takes_no_image_is_refused(tmp_path):
    path = tmp_path / "model.pt2"
    module = nn.ReLU()
    torch.export.save(torch.export.export(module, (torch.zeros(2, 3, 4, 4, 4),)), path)
    with pytest.raises(ModelFileError, match="must take a tensor"):
        load_model(path)
