"""The trained layers: convolutions that change their form as they are converted.

Activations between layers are the whole numbers of the integer program, (N, C, H, W); those of
the image keep their zero point.
"""

from __future__ import annotations

from torch import Tensor, nn

from ...methods.training.form import ScaledLayer, TrainedForm
from .rounding import round_and_clamp


class TrainedConv(nn.Module):
    """A convolution or linear layer of the network under training.

    Parameters
    ----------
    scaled: the layer with its scales.
    form: what it computes with at first.
    clamp: of its integer output.
    is_last: whether it is the network's end, which is not rounded in training.
    """

    form: TrainedForm

    def __init__(
        self, scaled: ScaledLayer, form: TrainedForm, clamp: tuple[int, int], is_last: bool
    ) -> None:
        super().__init__()
        self.scaled = scaled
        self.form = form
        self.clamp = clamp
        self.is_last = is_last

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) whole numbers to (N, M, rows, columns), in steps of the output."""
        y = self.form.sums(x)
        return y if self.is_last and self.training else round_and_clamp(y, *self.clamp)

    def become(self, form: TrainedForm) -> None:
        """Compute with `form` from now on."""
        self.form = form.to(self.form.weight.device)
