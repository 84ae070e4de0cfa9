import pickle
import zipfile
from pathlib import Path

import pytest
import torch
from tabfab.compiler.networks import NetworkSettings, build
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.train.weights import import_state_dict

SETTINGS = NetworkSettings(3, (32, 32), 10, (0.5,) * 3, (0.25,) * 3)


@pytest.fixture
def network():
    torch.manual_seed(3)
    return build("resnet20", SETTINGS)


def test_a_data_parallel_checkpoint_without_normalization_loads(network, tmp_path):
    state = {
        f"module.{name}": value
        for name, value in network.state_dict().items()
        if not name.startswith("normalize.")
    }
    torch.save({"state_dict": state, "best_prec1": 91.7}, tmp_path / "net.th")
    loaded = import_state_dict("resnet20", tmp_path / "net.th", SETTINGS)
    assert not loaded.training
    images = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(loaded(images), network.eval()(images))


def test_a_plain_state_dict_brings_its_normalization(network, tmp_path):
    network.normalize.mean += 0.1
    torch.save(network.state_dict(), tmp_path / "net.pt")
    loaded = import_state_dict("resnet20", tmp_path / "net.pt", SETTINGS)
    assert torch.equal(loaded.normalize.mean, network.normalize.mean)


def refuse(path, message, network="resnet20"):
    with pytest.raises(TabfabError, match=message):
        import_state_dict(network, path, SETTINGS)


def test_a_checkpoint_of_another_network_is_refused(network, tmp_path):
    torch.save(network.state_dict(), tmp_path / "net.pt")
    refuse(tmp_path / "net.pt", r"is not a checkpoint of lenet: it lacks .* and brings", "lenet")


def test_weights_of_another_shape_are_refused(network, tmp_path):
    state = network.state_dict()
    state["linear.weight"] = torch.zeros(100, 64)
    torch.save(state, tmp_path / "net.pt")
    refuse(tmp_path / "net.pt", "do not fit resnet20: size mismatch for linear.weight")


def test_files_that_are_no_checkpoint_are_refused(network, tmp_path):
    refuse(tmp_path / "gone.pt", "there is no checkpoint")
    (tmp_path / "text.pt").write_text("hello")
    refuse(tmp_path / "text.pt", "save the state dict alone")
    torch.save(network, tmp_path / "whole.pt")
    refuse(tmp_path / "whole.pt", "save the state dict alone")
    torch.save([torch.zeros(3)], tmp_path / "list.pt")
    refuse(tmp_path / "list.pt", "holds no state dict")


def test_odd_weights_are_refused(network, tmp_path):
    path = tmp_path / "net.pt"

    def with_weight(value):
        torch.save({**network.state_dict(), "linear.weight": value}, path)

    with_weight(torch.full((10, 64), float("nan")))
    refuse(path, "no numbers, in linear.weight")
    with_weight(torch.empty(10, 64, device="meta"))
    refuse(path, "do not fit|no numbers")
    with_weight(torch.zeros(10, 64).to_sparse())
    refuse(path, "do not fit|no numbers")
    with_weight([1.0])
    refuse(path, "holds no state dict")
    torch.save({1: torch.zeros(1)}, path)
    refuse(path, "holds no state dict")


def test_a_packed_checkpoint_is_refused(network, tmp_path):
    path = tmp_path / "net.pt"
    torch.save(network.state_dict(), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("net/data/bomb", bytes(300 << 20), zipfile.ZIP_DEFLATED)
    refuse(path, "is packed, which torch never does")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_that_would_run_code_is_refused_and_not_run(network, tmp_path, zipped):
    class Runs:
        def __reduce__(self):
            return Path.touch, (tmp_path / "was-run",)

    path = tmp_path / "net.pt"
    for content in (
        Runs(),
        {"state_dict": Runs()},
        {**network.state_dict(), "linear.bias": Runs()},
    ):
        torch.save(content, path, _use_new_zipfile_serialization=zipped)
        refuse(path, "save the state dict alone")
    for protocol in range(6):
        path.write_bytes(pickle.dumps(Runs(), protocol))
        refuse(path, "save the state dict alone")
    assert not (tmp_path / "was-run").exists()
