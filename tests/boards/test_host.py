"""The host against a simulated board: whatever happens on the wire, answers are right or none."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from tabfab.boards.host import Device, line_images_per_second
from tabfab.boards.link.line import LineLostError, LinkError, SerialLine
from tabfab.boards.simulated.board import SimulatedBoard
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.rtl.build import Build, load_build
from tabfab.sim.models import golden

from support.builds import loadable_program, write_layer_build
from support.wires import FaultyLine


@pytest.fixture
def device(running_board: SimulatedBoard, small_build: Build) -> Device:
    with Device(running_board.port, small_build, patience=60) as device:
        yield device


def test_answers_are_the_golden_models(device: Device, images: golden.Images) -> None:
    told: list[tuple[int, int]] = []
    answers = device.classify(images, lambda done, total: told.append((done, total)))
    np.testing.assert_array_equal(answers, golden.logits(device.program, images))
    assert told == [(n + 1, len(images)) for n in range(len(images))]
    counters = device.counters()
    assert counters.images == len(images)
    assert 0 < counters.stalls < counters.clocks
    assert counters.rejected == counters.resent == counters.repeated == counters.restarts == 0


def test_more_images_than_numbers(device: Device, images: golden.Images) -> None:
    many = np.tile(images, (5, 1, 1, 1))
    expected = golden.logits(device.program, many)
    np.testing.assert_array_equal(device.classify(many), expected)
    assert device.counters().images == len(many) > 256


def test_clocks_are_those_of_the_plan(device: Device, small_build: Build) -> None:
    throughput = device.throughput(images=20)
    plan = small_build.plan
    assert throughput.clocks_per_image == plan.clocks_per_image
    assert throughput.latency_clocks == plan.first_answer + 1
    assert throughput.clock_mhz == 8
    assert throughput.core_images_per_second == 8e6 / plan.clocks_per_image
    assert throughput.link_images_per_second > 0


def test_other_tables_are_loaded_and_told_apart(
    running_board: SimulatedBoard, small_build: Build, images: golden.Images
) -> None:
    other = loadable_program(1)
    expected = golden.logits(other, images)
    assert (expected != golden.logits(small_build.program, images)).any(axis=1).all()
    with Device(running_board.port, small_build, patience=60) as device:
        device.load(other)
        np.testing.assert_array_equal(device.classify(images), expected)
    with Device(running_board.port, small_build, patience=60) as device:
        with pytest.raises(LinkError, match=r"holds the tables .* load the program first"):
            device.classify(images)
        device.load(small_build.program)
        np.testing.assert_array_equal(
            device.classify(images), golden.logits(small_build.program, images)
        )


def test_a_load_that_is_cut_off_is_no_load(
    running_board: SimulatedBoard, small_build: Build, images: golden.Images
) -> None:
    class Cut(Exception):  # noqa: N818 - what a test raises
        pass

    def cut(done: int, total: int) -> None:
        if done == 2:
            raise Cut

    with Device(running_board.port, small_build, patience=60) as device, pytest.raises(Cut):
        device.load(loadable_program(1), cut)
    with Device(running_board.port, small_build, patience=60) as device:
        while device.session.report()["tables"] != 0:  # until the words are played
            time.sleep(0.01)
    with Device(running_board.port, small_build, patience=60) as device:
        with pytest.raises(LinkError, match="tables replaced in part"):
            device.classify(images)
        device.load(small_build.program)
        np.testing.assert_array_equal(
            device.classify(images), golden.logits(small_build.program, images)
        )


def classify_with_faults(
    board: SimulatedBoard, build: Build, images: golden.Images, share: float, seed: int
) -> FaultyLine:
    """Classify over a bad line, with a reset and cables pulled now and then; all must be right."""
    line = FaultyLine(SerialLine(board.port, 1_000_000), 0.0, seed)
    with Device(line, build, patience=60) as device:
        line.share = share
        rng = np.random.default_rng(seed)

        def happen(done: int, total: int) -> None:
            if rng.random() < 0.01:
                board.press_reset()
                line.faults["reset"] += 1
            elif rng.random() < 0.005:
                line.pull(0.1, gone=bool(rng.integers(2)))

        answers = device.classify(images, happen)
    np.testing.assert_array_equal(answers, golden.logits(build.program, images))
    return line


def test_a_bad_wire_costs_time_and_no_answer(
    running_board: SimulatedBoard, small_build: Build, images: golden.Images
) -> None:
    many = np.tile(images, (4, 1, 1, 1))
    line = classify_with_faults(running_board, small_build, many, share=0.004, seed=1)
    assert sum(line.faults.values()) > 50
    assert {"drop", "flip", "double", "invent", "swallow"} <= line.faults.keys()


@pytest.mark.slow("the test above has fewer faults")
def test_ten_thousand_faults_and_no_wrong_answer(
    running_board: SimulatedBoard, small_build: Build
) -> None:
    channels, height, width = small_build.program.input.shape
    rng = np.random.default_rng(9)
    faults, seed = 0, 0
    while faults < 10_000:
        shape = (500, height, width, channels)
        many = rng.integers(0, 256, shape, np.uint8)
        line = classify_with_faults(running_board, small_build, many, share=0.006, seed=seed)
        faults += sum(line.faults.values())
        seed += 1
    assert faults >= 10_000


@pytest.mark.parametrize("gone", [False, True], ids=["silent", "port gone"])
def test_a_cable_pulled_and_put_back(
    running_board: SimulatedBoard, small_build: Build, images: golden.Images, gone: bool
) -> None:
    line = FaultyLine(SerialLine(running_board.port, 1_000_000), 0.0)
    with Device(line, small_build, patience=60) as device:

        def pull(done: int, total: int) -> None:
            if done == 7:
                line.pull(0.3, gone)

        answers = device.classify(images, pull)
        assert device.counters().restarts == gone
    np.testing.assert_array_equal(answers, golden.logits(small_build.program, images))


def test_a_reset_in_the_middle(
    running_board: SimulatedBoard, small_build: Build, device: Device, images: golden.Images
) -> None:
    def press(done: int, total: int) -> None:
        if done in (3, 30):
            running_board.press_reset()

    answers = device.classify(images, press)
    np.testing.assert_array_equal(answers, golden.logits(small_build.program, images))
    assert device.counters().restarts >= 2


def test_ctrl_c_leaves_the_board_usable(
    running_board: SimulatedBoard, small_build: Build, images: golden.Images
) -> None:
    def stop(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        Device(running_board.port, small_build, patience=60) as device,
    ):
        device.classify(images, stop)
    with Device(running_board.port, small_build, patience=60) as device:
        answers = device.classify(images)
    np.testing.assert_array_equal(answers, golden.logits(small_build.program, images))


def test_another_build_is_refused(running_board: SimulatedBoard, tmp_path) -> None:
    other = load_build(write_layer_build(tmp_path / "build"))
    with pytest.raises(LinkError, match=r"holds build .* put it on the board with 'tabfab bit"):
        Device(running_board.port, other, patience=60)


def test_a_port_that_is_not_there_is_refused(small_build: Build) -> None:
    with pytest.raises(LineLostError, match=r"port /dev/nowhere cannot be opened .* plugged in"):
        Device("/dev/nowhere", small_build)


def test_a_port_that_is_silent_is_refused(small_build: Build) -> None:
    with pytest.raises(LinkError, match="nothing answers on loop://; is the bitstream"):
        Device("loop://", small_build, patience=0.2)


def test_images_of_another_shape_are_refused(device: Device) -> None:
    with pytest.raises(TabfabError, match=r"\(N, 5, 5, 2\)"):
        device.classify(np.zeros((1, 4, 5, 2), np.uint8))


def test_a_board_over_the_network(
    running_board: SimulatedBoard, small_build: Build, images: golden.Images
) -> None:
    """pyserial's ``socket://``, with a bridge to the simulated board's terminal behind it."""
    with bridge(running_board.port) as url, Device(url, small_build, patience=60) as device:
        answers = device.classify(images[:10])
    np.testing.assert_array_equal(answers, golden.logits(small_build.program, images[:10]))


def bridge(port: str):
    """A TCP port that leads to a serial one."""
    import contextlib
    import selectors
    import socket

    import serial

    @contextlib.contextmanager
    def bridged():
        stop = threading.Event()
        with socket.create_server(("127.0.0.1", 0)) as server, serial.Serial(port) as line:

            def run() -> None:
                connection, _ = server.accept()
                with connection, selectors.DefaultSelector() as selector:
                    selector.register(connection, selectors.EVENT_READ)
                    selector.register(line, selectors.EVENT_READ)
                    while not stop.is_set():
                        for key, _ in selector.select(0.05):
                            if key.fileobj is line:
                                connection.sendall(line.read(line.in_waiting))
                            elif data := connection.recv(4096):
                                line.write(data)
                            else:
                                return

            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            try:
                yield f"socket://127.0.0.1:{server.getsockname()[1]}"
            finally:
                stop.set()
                thread.join()

    return bridged()


def test_what_a_line_can_carry(small_build: Build) -> None:
    """Fifty bytes of an image, ten around them, ten bits each."""
    assert line_images_per_second(small_build, 1_000_000) == pytest.approx(1_000_000 / 600, 0.05)
