import pytest
import torch
from tabfab.compiler.networks import NETWORKS, NetworkSettings, Normalize, build
from tabfab.compiler.store.errors import TabfabError


def settings(channels=3, size=(32, 32), classes=7):
    return NetworkSettings(channels, size, classes, (0.5,) * channels, (0.25,) * channels)


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [(32, 32), (28, 20), (13, 15)])
def test_networks_take_images_of_any_size(name, size):
    if any(length % NETWORKS[name].multiple for length in size):
        with pytest.raises(TabfabError, match="multiples of 4, but these have 13x15: pad or crop"):
            build(name, settings(2, size))
        return
    module = build(name, settings(2, size)).eval()
    answer = {"classes": (7,), "pixels": (7, *size), "itself": (2 * size[0] * size[1],)}
    assert module(torch.rand(3, 2, *size)).shape == (3, *answer[NETWORKS[name].answers])
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


@pytest.mark.parametrize(
    ("name", "layers", "published"),
    [("resnet18", 22, 37.67), ("resnet34", 38, 75.49), ("nin", 9, 223.9)],
)
def test_operations_are_near_those_that_tabconv_counts(name, layers, published):
    """Its totals (millions, CIFAR-10) also count operations that are no multiplications."""
    counts = multiplications(build(name, settings(3, (32, 32), 10)).eval())
    assert len(counts) == layers
    assert 0.93 * published < sum(counts) / 1e6 < published


def test_recognised_networks_have_their_papers_layers():
    jets = build("jet-tagger", settings(16, (1, 1), 5))
    assert [m.out_features for m in jets.modules() if isinstance(m, torch.nn.Linear)] == [
        64, 32, 32, 5,
    ]  # fmt: skip
    sounds = build("autoencoder", settings(640, (1, 1), 0))
    assert [m.out_features for m in sounds.modules() if isinstance(m, torch.nn.Linear)] == [
        *(128,) * 4, 8, *(128,) * 4, 640,
    ]  # fmt: skip
    # MLPerf Tiny's autoencoder has 267,928 trainable weights, its DS-CNN 22,604 and more.
    assert parameters(sounds) == 267_928
    keywords = build("keyword-ds-cnn", settings(1, (49, 10), 12))
    assert keywords.stem(torch.rand(1, 1, 49, 10)).shape == (1, 64, 25, 5)
    assert 22_000 < parameters(keywords) < 24_000


def test_operations_of_resnet20_by_hand():
    stage1 = 6 * 32**2 * 9 * 16 * 16
    stage2 = 16**2 * 9 * (16 * 32 + 5 * 32 * 32)
    stage3 = 8**2 * 9 * (32 * 64 + 5 * 64 * 64)
    whole = 32**2 * 9 * 3 * 16 + stage1 + stage2 + stage3 + 64 * 10
    assert sum(multiplications(build("resnet20", settings(3, (32, 32), 10)).eval())) == whole


def multiplications(module):
    """Multiply-accumulates of each layer for one 32x32 image of three channels."""
    counts = []

    def count(layer, inputs, output):
        counts.append(layer.weight[0].numel() * output[0].numel())

    for layer in module.modules():
        if isinstance(layer, torch.nn.Conv2d | torch.nn.Linear):
            layer.register_forward_hook(count)
    module(torch.rand(1, 3, 32, 32))
    return counts


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
