import json
import os
import zipfile

import pytest
import torch
from tabfab.compiler.model_file import FORMAT_VERSION, ModelFileError, load_model, save_model
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


def test_a_model_comes_back_as_it_was_saved(module, saved):
    loaded = load_model(saved)
    assert loaded.image_shape == SHAPE
    assert loaded.classes == ("a", "b", "c")
    assert loaded.meta == {"seed": 7}
    images = torch.rand(5, *SHAPE)
    with torch.no_grad():
        torch.testing.assert_close(loaded.exported.module()(images), module(images))


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


@pytest.mark.parametrize("note", ["{", "[]", '{"format_version": null}', '{"other": 1}'])
def test_a_note_that_cannot_be_read_is_refused(saved, note):
    rewrite(saved, lambda name, content: note if name.endswith("tabfab.json") else content)
    with pytest.raises(ModelFileError, match=r"its tabfab\.json cannot be read"):
        load_model(saved)


def test_an_archive_of_something_else_is_refused(tmp_path):
    path = tmp_path / "model.pt2"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ModelFileError, match=r"is not a \.pt2 archive"):
        load_model(path)


class _RunsACommand:
    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def test_an_archive_with_a_damaged_network_is_refused(saved):
    rewrite(saved, lambda name, content: b"{}" if name.endswith("model.json") else content)
    with pytest.raises(ModelFileError, match="cannot be loaded by torch"):
        load_model(saved)


def test_an_archive_with_pickled_objects_is_refused_and_not_run(saved, tmp_path):
    trace = tmp_path / "was-run"
    evil = tmp_path / "evil.pt"
    torch.save(_RunsACommand(f"touch {trace}"), evil)
    for member in ("/sample_inputs/", "model_weights_config.json"):
        original = saved.read_bytes()

        def change(name, content, member=member):
            if member not in name:
                return content
            if name.endswith(".json"):
                return content.replace(b"false", b"true")
            return evil.read_bytes()

        rewrite(saved, change)
        with pytest.raises(ModelFileError, match="holds pickled objects"):
            load_model(saved)
        saved.write_bytes(original)
    assert not trace.exists()


def test_a_module_in_training_mode_is_refused(module, tmp_path):
    with pytest.raises(ModelFileError, match=r"call its eval\(\) first"):
        save_model(module.train(), SHAPE, tmp_path / "model.pt2", [])


def test_a_module_that_does_not_take_the_images_is_refused(module, tmp_path):
    with pytest.raises(ModelFileError, match="cannot trace Sequential"):
        save_model(module, (1, 6, 6), tmp_path / "model.pt2", [])


def test_an_unwritable_place_is_named(module, tmp_path):
    with pytest.raises(ModelFileError, match="cannot write"):
        save_model(module, SHAPE, tmp_path / "nowhere" / "model.pt2", [])


def test_a_model_that_takes_no_image_is_refused(tmp_path):
    path = tmp_path / "model.pt2"
    torch.export.save(torch.export.export(nn.Linear(3, 4), (torch.zeros(2, 3),)), path)
    with pytest.raises(ModelFileError, match="must take one tensor"):
        load_model(path)
