import pytest
import torch
from tabfab.compiler.errors import TabfabError
from tabfab.compiler.networks import NETWORKS, NetworkSettings, Normalize, build


def settings(channels=3, size=(32, 32), classes=7):
    return NetworkSettings(channels, size, classes, (0.5,) * channels, (0.25,) * channels)


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [(32, 32), (28, 20), (13, 15)])
def test_networks_take_images_of_any_size(name, size):
    module = build(name, settings(2, size)).eval()
    assert module(torch.rand(3, 2, *size)).shape == (3, 7)
    assert isinstance(next(module.children()), Normalize)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_smallest_size_is_the_smallest_that_works(name):
    least = NETWORKS[name].least_size
    assert build(name, settings(1, (least, least))).eval()(torch.rand(1, 1, least, least)).numel()
    with pytest.raises(TabfabError, match=f"at least {least}x{least} pixels"):
        build(name, settings(1, (least, least - 1)))


def test_sizes_are_those_of_the_papers():
    # He et al. give 0.27 M for ResNet-20; MLPerf Tiny's ResNet-8 has 77,360 trainable weights.
    assert 269_000 < parameters(build("resnet20", settings(classes=10))) < 273_000
    assert 77_000 < parameters(build("resnet8", settings(classes=10))) < 78_500


def test_normalize():
    images = torch.rand(2, 3, 4, 4)
    seen = Normalize((0.1, 0.2, 0.3), (1.0, 2.0, 4.0))(images)
    torch.testing.assert_close(seen[:, 2], (images[:, 2] - 0.3) / 4.0)


def test_an_unknown_network_lists_the_known_ones():
    with pytest.raises(TabfabError, match="digits-cnn, lenet, resnet8, resnet20, resnet32"):
        build("vgg", settings())


def test_a_normalization_of_the_wrong_length_is_refused():
    with pytest.raises(TabfabError, match="1 means and 3 standard deviations"):
        build("lenet", NetworkSettings(3, (28, 28), 10, (0.5,), (0.5, 0.5, 0.5)))
