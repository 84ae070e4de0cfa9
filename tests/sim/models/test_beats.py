from __future__ import annotations

import numpy as np
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.assemble import assemble
from tabfab.sim.models import golden
from tabfab.sim.models.beats import cut, expected_beats
from tabfab.sim.models.methods.table import codes
from tabfab.sim.models.parts import Source

from support.programs import ConvOptions, image_input, table_conv

RNG = np.random.default_rng(6)
IMAGE = image_input(RNG, 3, 3, 2)
CONV = table_conv(
    RNG, "conv", IMAGE, ConvOptions(4, kernel=(2, 2), padding=(1, 0)), length=1, prototypes=4
)
PROGRAM = ir.Program((IMAGE, CONV))
IMAGES = RNG.integers(0, 256, (2, 3, 2, 3)).astype(np.uint8)


def test_cut_fills_up_each_pixel() -> None:
    pixels = np.arange(1, 11, dtype=np.int16).reshape(2, 5)
    assert cut(pixels, 2).tolist() == [[[1, 2], [3, 4], [5, 0]], [[6, 7], [8, 9], [10, 0]]]
    assert cut(pixels, 5).tolist() == [[[1, 2, 3, 4, 5]], [[6, 7, 8, 9, 10]]]


def test_streams_carry_what_their_stages_make() -> None:
    network = assemble(PROGRAM, {"conv": Folding(2, 1)})
    values = golden.run(PROGRAM, IMAGES)
    beats = {link.name: expected_beats(PROGRAM, values, link) for link in network.links}

    np.testing.assert_array_equal(beats["input"], IMAGES.reshape(-1, 3))
    np.testing.assert_array_equal(beats["conv.engine"], values["conv"].reshape(-1, 1))

    code = codes(CONV, Source(values["image"], IMAGE.zero))  # 3 subspaces, 2 lanes
    words = np.zeros((2, 3, 2, 2, 2), np.int16)
    words.reshape(2, 3, 2, 4)[..., :3] = code
    # The window at the top has its upper row in the padding; row-major taps, words outermost.
    windows = beats["conv.line_buffer"].reshape(2, 4, 1, 4, 2, 2, 2, 2)
    for repeat in range(4):
        for word in range(2):
            np.testing.assert_array_equal(windows[:, 1, 0, repeat, word], words[:, 0:2, 0:2, word])
            np.testing.assert_array_equal(windows[:, 0, 0, repeat, word, 1], words[:, 0, 0:2, word])
    zero_codes = codes(CONV, Source(IMAGE.zero.reshape(1, 1, 1, 3), IMAGE.zero)).reshape(3)
    padding = windows[:, 0, 0, 0, :, 0]
    assert (padding[:, 0] == zero_codes[:2]).all()
    assert (padding[:, 1] == [zero_codes[2], 0]).all()
