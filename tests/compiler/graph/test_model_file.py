import json
import os
import re
import zipfile

import pytest
import torch
from tabfab.compiler.graph.archive import ArchiveError, check_archive
from tabfab.compiler.graph.model_file import FORMAT_VERSION, ModelFileError, load_model, save_model
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


def test_text_in_an_archive_is_not_run(saved, tmp_path):
    """torch evaluates symbolic sizes and guards as Python."""
    trace = tmp_path / "was-run"
    evil = f"__import__('pathlib').Path('{trace}').touch()"
    original = saved.read_bytes()

    def with_evil_sizes(name, content):
        if not name.endswith("model.json"):
            return content
        text, count = re.subn(
            r'"expr_str": "[^"]*"', lambda _: f'"expr_str": {json.dumps(evil)}', content.decode()
        )
        assert count
        return text

    rewrite(saved, with_evil_sizes)
    with pytest.raises(ModelFileError, match="which loading would run"):
        load_model(saved)
    saved.write_bytes(original)

    def with_evil_guards(name, content):
        if not name.endswith("model.json"):
            return content
        return json.dumps({**json.loads(content), "guards_code": [f"{evil} is None"]})

    rewrite(saved, with_evil_guards)
    load_model(saved).exported.module()(torch.zeros(2, *SHAPE))
    assert not trace.exists()


@pytest.mark.parametrize(
    ("size", "harmless"),
    [
        ("Symbol('s77', positive=True, integer=True)", True),
        ("Add(Mul(Integer(-4), Symbol('s77', integer=True)), Integer(1))", True),
        ("FloorDiv(Symbol('s0'), Integer(2))", True),
        ("Pow(Integer(9), Integer(999999999))", False),
        ("Integer(1234567890)", False),
        ("eval(chr(49))", False),
        ("Symbol('s').func", False),
        ("Symbol('s', x=open('f'))", False),
    ],
)
def test_harmless_sizes(saved, size, harmless):
    note = json.dumps({"a": [{"expr_str": size}]})
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("model/models/other.json", note)
    try:
        check_archive(saved)
    except ArchiveError:
        assert not harmless
    else:
        assert harmless


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
    torch.export.save(torch.export.export(nn.Linear(3, 4), (torch.zeros(2, 3),)), path)
    with pytest.raises(ModelFileError, match="must take one tensor"):
        load_model(path)
