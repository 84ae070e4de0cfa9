import pytest
import torch
from tabfab.compiler.networks.layers import conv3x3
from torch import nn


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (5, 4)])
@pytest.mark.parametrize("stride", [1, 2])
def test_training_a_3x3_convolution_is_training_torchs(size, stride):
    torch.manual_seed(0)
    conv = nn.Conv2d(4, 6, 3, stride=stride, padding=1, bias=False).train()
    x = torch.randn(5, 4, *size, requires_grad=True)
    wanted = torch.randn(conv(x).shape)
    answers = conv3x3(conv, x), conv(x)
    torch.testing.assert_close(*answers)
    tensors = (x, conv.weight)
    torch.testing.assert_close(
        *(torch.autograd.grad((answer * wanted).sum(), tensors) for answer in answers)
    )


def test_only_the_middle_of_a_kernel_is_multiplied_in_training_on_one_pixel():
    conv = nn.Conv2d(2, 3, 3, padding=1, bias=False).train()
    with torch.no_grad():
        conv.weight[:, :, 0] = torch.nan  # would show in every result that it took part in
    pixel = torch.ones(1, 2, 1, 1)
    assert not conv3x3(conv, pixel).isnan().any()
    assert conv3x3(conv.eval(), pixel).isnan().any()
