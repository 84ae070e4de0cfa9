"""A network of two inputs, from a file to simulated Verilog."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

CHANNELS = (2, 1)


class Two(nn.Module):
    """A picture and a depth for each of its pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.colour, self.depth = nn.Conv2d(2, 4, 3, padding=1), nn.Conv2d(1, 4, 1)
        self.classify = nn.Linear(4 * 16, 3)

    def forward(self, colour: torch.Tensor, depth: torch.Tensor) -> torch.Tensor:
        both = torch.relu(self.colour(colour)) + torch.relu(self.depth(depth))
        scores: torch.Tensor = self.classify(both.flatten(1))
        return scores


def test_from_a_file_to_simulated_verilog(tabfab, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, data = tmp_path / "two.pt2", tmp_path / "data.npz"
    examples = tuple(torch.zeros(2, channels, 4, 4) for channels in CHANNELS)
    sizes = tuple({0: torch.export.Dim("n")} for _ in CHANNELS)
    torch.export.save(torch.export.export(Two().eval(), examples, dynamic_shapes=sizes), model)
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (60, 4, 4, sum(CHANNELS)), np.uint8)
    np.savez(data, images=images, labels=draw.integers(0, 3, 60))

    program, build = tmp_path / "program", tmp_path / "build"
    outcome = tabfab("compile", model, "--data", data, "--prototypes", 4, "-o", program)
    assert outcome.status == 0, outcome
    assert "'colour' 0..1, 'depth' 2..2" in outcome.out + outcome.err
    assert tabfab("verilog", program, "-o", build).status == 0
    outcome = tabfab("simulate", build, "--images", 2, "--stall", 0.3, "--json")
    assert outcome.status == 0, outcome
    assert '"value_mismatches": 0' in outcome.out
    assert '"clock_mismatches": 0' in outcome.out
