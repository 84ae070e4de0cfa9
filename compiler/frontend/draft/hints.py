"""What would work instead of operators that no layer stands for."""

from __future__ import annotations

_ACTIVATION = (
    "use an activation function that has a name in torch.nn (ReLU, Tanh, SiLU, ...), and train the "
    "network with it"
)
_CONCATENATION = "put channels side by side instead, torch.cat(x, 1)"
_NORMALIZATION = "use batch norm, which folds into the convolution before it"
_RESIZING = "upsample by whole factors with mode='nearest', or by ConvTranspose2d"
_PRODUCT = "use convolutions, linear layers and sums"
_RANK = "use the kind for images or sequences: Conv2d, MaxPool2d, AvgPool2d, Conv1d, ..."
_EVALUATION = "call the network's eval() before exporting it"

_INSTEAD: dict[str, str] = {
    **dict.fromkeys(
        (
            "cos", "erf", "exp", "glu", "log", "pow", "reciprocal", "rsqrt", "sin", "sqrt",
            "square",
        ),
        _ACTIVATION,
    ),
    **dict.fromkeys(("hstack", "vstack"), _CONCATENATION),
    **dict.fromkeys(
        ("group_norm", "instance_norm", "layer_norm", "local_response_norm", "native_group_norm",
         "native_layer_norm", "rms_norm"),
        _NORMALIZATION,
    ),
    **dict.fromkeys(
        ("upsample_linear1d", "upsample_bicubic2d", "conv_transpose3d",
         "grid_sampler"),
        _RESIZING,
    ),
    **dict.fromkeys(
        ("bmm", "einsum", "baddbmm", "scaled_dot_product_attention", "bilinear"), _PRODUCT
    ),
    **dict.fromkeys(
        ("conv3d", "max_pool3d", "avg_pool3d", "adaptive_avg_pool3d", "adaptive_max_pool3d"),
        _RANK,
    ),
    **dict.fromkeys(("bernoulli", "rand", "rand_like", "native_dropout"), _EVALUATION),
    "argmax": "return the logits; tabfab finds the largest itself",
    **dict.fromkeys(
        ("reflection_pad1d", "reflection_pad2d", "replication_pad1d", "replication_pad2d"),
        "pad with zeros (padding_mode='zeros')",
    ),
}  # fmt: skip

_GENERAL = (
    "build the network from Conv2d, Linear, BatchNorm, activation functions, max and average "
    "pools, residual sums and flatten"
)


def instead_of(operator: str) -> str:
    """What to use instead of the ATen operator of this plain name (``gelu``)."""
    return _INSTEAD.get(operator, _GENERAL)
