"""The top level: a network behind AXI4-Stream ports."""

from __future__ import annotations

from amaranth.hdl import (
    Cat,
    ClockDomain,
    ClockSignal,
    Const,
    Module,
    ResetSignal,
    Signal,
    Value,
)
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.load_port import WORD_BITS
from ..network.network import Network
from ..stream.frame_guard import FrameGuard

_LOAD_PORTS = {
    "s_load_tdata": In(WORD_BITS),
    "s_load_tvalid": In(1),
    "s_load_tready": Out(1),
    "s_load_tlast": In(1),
    "loaded": Out(1),
}
LANE_BITS = 8
"""Every element has a byte of `tdata`, sign- or zero-extended."""


class Top(Component):
    """A network with the names and rules of AXI4-Stream (Arm IHI 0051).

    One transfer is one beat: pixels row-major, channels lowest byte first, `tlast` on the last
    beat of an image. `aresetn` is synchronous to `aclk`. Packets of another length than an
    image's are filled up with zeros or cut (`FrameGuard`), so that each still gives one answer.

    Parameters
    ----------
    network: what it computes.

    Members
    -------
    aclk, aresetn: in, 1 bit each; clock and active-low reset.
    s_axis_tdata: in, a byte for each lane of the network's input: images.
    s_axis_tvalid, s_axis_tlast: in, 1 bit each.
    s_axis_tready: out, 1 bit.
    m_axis_tdata: out, a byte for each lane of the network's output: answers.
    m_axis_tvalid, m_axis_tlast: out, 1 bit each.
    m_axis_tready: in, 1 bit.
    s_load_tdata: in, 32 bits; words for the memories, where some can be loaded (`hw.rtl.loading`).
    s_load_tvalid, s_load_tlast: in, 1 bit each; `tlast` on the last word.
    s_load_tready: out, 1 bit, always high.
    loaded: out, 1 bit; high from the last word's arrival in its memory until the next load begins.
    frame_error: out, 1 bit; high for one clock when a packet at the input turns out too short or
        too long.
    """

    aclk: Signal
    aresetn: Signal
    s_axis_tdata: Signal
    s_axis_tvalid: Signal
    s_axis_tready: Signal
    s_axis_tlast: Signal
    m_axis_tdata: Signal
    m_axis_tvalid: Signal
    m_axis_tready: Signal
    m_axis_tlast: Signal
    frame_error: Signal
    s_load_tdata: Signal
    s_load_tvalid: Signal
    s_load_tready: Signal
    s_load_tlast: Signal
    loaded: Signal

    def __init__(self, network: Network) -> None:
        self.network = network
        images = network.input.format
        self.guard = FrameGuard(images.shape, images.lanes, images.beats_per_image)
        super().__init__(
            {
                "aclk": In(1),
                "aresetn": In(1),
                "s_axis_tdata": In(LANE_BITS * network.input.format.lanes),
                "s_axis_tvalid": In(1),
                "s_axis_tready": Out(1),
                "s_axis_tlast": In(1),
                "m_axis_tdata": Out(LANE_BITS * network.output.format.lanes),
                "m_axis_tvalid": Out(1),
                "m_axis_tready": In(1),
                "m_axis_tlast": Out(1),
                "frame_error": Out(1),
            }
            | (_LOAD_PORTS if network.ports else {})
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.domains.sync = ClockDomain()
        m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]
        m.submodules.guard = guard = self.guard
        m.submodules.network = network = self.network
        wiring.connect(m, guard.o, network.i)
        m.d.comb += [
            guard.i.valid.eq(self.s_axis_tvalid),
            guard.i.p.last.eq(self.s_axis_tlast),
            self.s_axis_tready.eq(guard.i.ready),
            self.frame_error.eq(guard.error),
            self.m_axis_tvalid.eq(network.o.valid),
            self.m_axis_tlast.eq(network.o.p.last),
            network.o.ready.eq(self.m_axis_tready),
        ]
        for n in range(network.input.format.lanes):
            m.d.comb += guard.i.p.data[n].eq(self.s_axis_tdata.word_select(n, LANE_BITS))
        lanes = [network.o.p.data[n] for n in range(network.output.format.lanes)]
        m.d.comb += self.m_axis_tdata.eq(Cat(_byte(lane) for lane in lanes))
        if network.ports:
            self._load(m)
        return m

    def _load(self, m: Module) -> None:
        """Mark the first word of each load, and tell when the last one is in place."""
        load = self.network.load
        first = Signal(init=1)
        with m.If(self.s_load_tvalid):
            m.d.sync += first.eq(self.s_load_tlast)
        m.d.comb += [
            self.s_load_tready.eq(1),
            load.valid.eq(self.s_load_tvalid),
            load.p.word.eq(self.s_load_tdata),
            load.p.first.eq(first),
        ]
        with m.If(self.s_load_tvalid & first):
            m.d.sync += self.loaded.eq(0)
        with m.Elif(self.network.loaded):
            m.d.sync += self.loaded.eq(1)


def _byte(lane: Value) -> Value:
    """An element extended to a byte."""
    sign = lane[-1] if lane.shape().signed else Const(0)
    return Cat(lane, sign.replicate(LANE_BITS - len(lane)))
