"""The top of a board: clock, reset, link and the network behind its AXI4-Stream ports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from amaranth.hdl import ClockDomain, DomainRenamer, Instance, Module, Signal
from amaranth.lib.wiring import In, Out

from ..compiler.store.files import scratch_directory
from ..hw.logic.component import Component
from ..hw.rtl.top import Top
from ..hw.rtl.verilog import TOP, VERILOG_FILE, write_component
from ..hw.synth.harness import INSTANCE
from .clocks.clock import Clock
from .link.gateware.link import Link, LinkSettings
from .pins import Pin
from .reset import PowerOnReset

_CONTENTS = re.compile(r"^  initial \$readmemh?.*;\n", re.MULTILINE)


class BoardTop(Component):
    """A network on a board.

    The network is an instance of the build's own Verilog, named as in a build that is placed
    without a board, so that stages and critical paths are told by the same names.

    Parameters
    ----------
    top: the network's top level; its ports count, not what is in it.
    settings: of the link.
    clock: makes the build's clock.
    pins: of the board, for the ports that it has; low means active where a pin is inverted.

    Members
    -------
    clk: the oscillator.
    rx, tx: the serial line.
    led0, led1, led2: a session is open, an image is under way, an image was too short or too long.
    reset: the button.
    """

    clk: Any
    rx: Any
    tx: Any

    def __init__(
        self, top: Top, settings: LinkSettings, clock: Clock, pins: Mapping[str, Pin]
    ) -> None:
        self.top = top
        self.settings = settings
        self.clock = clock
        self.pins = pins
        super().__init__(
            {name: Out(1) if name == "tx" or name.startswith("led") else In(1) for name in pins}
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        por = ClockDomain(reset_less=True)
        sync = ClockDomain()
        m.domains.por, m.domains.sync = por, sync
        m.submodules.clock = clock = self.clock
        power_on = PowerOnReset(clock.mhz)
        m.submodules.power_on = DomainRenamer("por")(power_on)
        m.submodules.link = link = Link(self.settings)
        m.d.comb += [
            clock.pin.eq(self.clk),
            por.clk.eq(clock.clk),
            sync.clk.eq(clock.clk),
            sync.rst.eq(power_on.reset),
            power_on.locked.eq(clock.locked),
            link.rx.eq(self.rx),
            self.tx.eq(link.tx),
        ]
        if "reset" in self.pins:
            m.d.comb += power_on.button.eq(self.reset ^ self.pins["reset"].inverted)
        for n, state in enumerate((link.open, link.busy, link.failed)):
            name = f"led{n}"
            if name in self.pins:
                m.d.comb += getattr(self, name).eq(state ^ self.pins[name].inverted)
        m.submodules[INSTANCE] = self._network(m, link, sync.clk, power_on.reset)
        return m

    def _network(self, m: Module, link: Link, clk: Signal, reset: Signal) -> Instance:
        """The build's top, its ports on the link."""
        # From a flip-flop, since it goes everywhere; beats come long after a session's start.
        running = Signal()
        m.d.sync += running.eq(~link.restart)
        aresetn = Signal()
        m.d.comb += aresetn.eq(running & ~reset)
        ports = {
            "i_aclk": clk,
            "i_aresetn": aresetn,
            "i_s_axis_tdata": link.image.p.data,
            "i_s_axis_tvalid": link.image.valid,
            "o_s_axis_tready": link.image.ready,
            "i_s_axis_tlast": link.image.p.last,
            "o_m_axis_tdata": link.answer.p.data,
            "o_m_axis_tvalid": link.answer.valid,
            "i_m_axis_tready": link.answer.ready,
            "o_m_axis_tlast": link.answer.p.last,
            "o_frame_error": link.frame_error,
        }
        if self.settings.loadable:
            ports |= {
                "i_s_load_tdata": link.load.p.data,
                "i_s_load_tvalid": link.load.valid,
                "i_s_load_tlast": link.load.p.last,
                "o_loaded": link.loaded,
            }
        return Instance(TOP, **ports)


def board_verilog(board_top: BoardTop, name: str) -> str:
    """The board's top in Verilog, as module `name`, without the network."""
    with scratch_directory() as scratch:
        write_component(board_top, name, scratch)
        text = (scratch / VERILOG_FILE).read_text()
    # What the inbox's memory starts with is never read.
    return _CONTENTS.sub("", text)
