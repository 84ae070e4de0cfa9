import pytest
import torch
from tabfab.compiler.networks.layers import Conv3x3


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (5, 4)])
@pytest.mark.parametrize("stride", [1, 2])
def test_training_a_3x3_convolution_is_training_torchs(size, stride):
    torch.manual_seed(0)
    own = Conv3x3(4, 6, stride).train()
    torchs = torch.nn.Conv2d(4, 6, 3, stride=stride, padding=1, bias=False)
    torchs.load_state_dict(own.state_dict())
    x = torch.randn(5, 4, *size)
    wanted = torch.randn(torchs(x).shape)
    inputs = []
    for module in (own, torchs):
        inputs.append(x.clone().requires_grad_())
        (module(inputs[-1]) * wanted).sum().backward()
    torch.testing.assert_close(own(x), torchs(x))
    torch.testing.assert_close(own.weight.grad, torchs.weight.grad)
    torch.testing.assert_close(inputs[0].grad, inputs[1].grad)


def test_only_the_middle_of_a_kernel_is_multiplied_in_training_on_one_pixel():
    conv = Conv3x3(2, 3).train()
    with torch.no_grad():
        conv.weight[:, :, 0] = torch.nan  # would show in every result that it took part in
    assert not conv(torch.ones(1, 2, 1, 1)).isnan().any()
    assert conv.eval()(torch.ones(1, 2, 1, 1)).isnan().any()
