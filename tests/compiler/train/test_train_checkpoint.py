import dataclasses
import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.train import TrainOptions, train

from support.training import few_digits, weights

SGD = {"optimizer": "sgd", "augment": True, "learning_rate": 0.05}


@pytest.fixture(scope="module")
def few():
    return few_digits()


class StoppedError(Exception):
    pass


def stop_after(epochs):
    def progress(epoch):
        if epoch.number == epochs:
            raise StoppedError

    return progress


@pytest.mark.parametrize("changes", [{}, SGD], ids=["adamw", "sgd"])
def test_a_stopped_training_resumes_to_the_same_weights(few, tmp_path, changes):
    options = TrainOptions("digits-cnn", epochs=4, **changes)
    whole, history = train(options, few)
    checkpoint = tmp_path / "checkpoint"
    with pytest.raises(StoppedError):
        train(options, few, stop_after(2), checkpoint=checkpoint)
    seen = []
    resumed, again = train(options, few, seen.append, checkpoint=checkpoint)
    assert [epoch.number for epoch in seen] == [3, 4]
    assert torch.equal(weights(whole), weights(resumed))
    assert history == again


@pytest.fixture
def checkpoint(few, tmp_path):
    path = tmp_path / "checkpoint"
    with pytest.raises(StoppedError):
        train(TrainOptions("digits-cnn", epochs=2), few, stop_after(1), checkpoint=path)
    return path


@pytest.mark.parametrize("changes", [{"seed": 1}, {"epochs": 3}, {"learning_rate": 1e-4}])
def test_a_checkpoint_of_another_run_is_refused(few, checkpoint, changes):
    options = dataclasses.replace(TrainOptions("digits-cnn", epochs=2), **changes)
    with pytest.raises(TabfabError, match="other options or data"):
        train(options, few, checkpoint=checkpoint)


def test_a_cut_checkpoint_is_refused(few, checkpoint):
    checkpoint.write_bytes(checkpoint.read_bytes()[:-100])
    with pytest.raises(TabfabError, match="damaged; delete it"):
        train(TrainOptions("digits-cnn", epochs=2), few, checkpoint=checkpoint)


def rewrite(path, change):
    with safe_open(path, "pt") as file:
        note = json.loads(file.metadata()["tabfab"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    change(note, tensors)
    save_file(tensors, path, {"tabfab": json.dumps(note)})


def test_a_newer_checkpoint_is_refused(few, checkpoint):
    rewrite(checkpoint, lambda note, tensors: note.update(format_version=99))
    with pytest.raises(TabfabError, match="format 99"):
        train(TrainOptions("digits-cnn", epochs=2), few, checkpoint=checkpoint)


def test_a_checkpoint_that_lacks_a_tensor_is_refused(few, checkpoint):
    rewrite(checkpoint, lambda note, tensors: tensors.pop("module.classifier.weight"))
    with pytest.raises(TabfabError, match="delete it to start anew"):
        train(TrainOptions("digits-cnn", epochs=2), few, checkpoint=checkpoint)
