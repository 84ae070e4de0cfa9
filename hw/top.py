"""The top level: a network behind AXI4-Stream ports."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Cat, ClockDomain, ClockSignal, Const, Module, ResetSignal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from .frame_guard import FrameGuard
from .network import Network

LANE_BITS = 8
"""Every element has a byte of `tdata`, sign- or zero-extended."""


class Top(wiring.Component):
    """A network with the names and rules of AXI4-Stream (Arm IHI 0051).

    One transfer is one beat: pixels row-major, channels lowest byte first, `tlast` on the last
    beat of an image. `aresetn` is synchronous to `aclk`. Packets of another length than an
    image's are filled up with zeros or cut (`FrameGuard`), so that each still gives one answer.

    Parameters
    ----------
    network: what it computes.

    Members
    -------
    aclk, aresetn: clock and active-low reset.
    s_axis_tdata, s_axis_tvalid, s_axis_tready, s_axis_tlast: images.
    m_axis_tdata, m_axis_tvalid, m_axis_tready, m_axis_tlast: answers.
    frame_error: high for one clock when a packet at the input turns out too short or too long.
    """

    aclk: Any
    aresetn: Any
    s_axis_tdata: Any
    s_axis_tvalid: Any
    s_axis_tready: Any
    s_axis_tlast: Any
    m_axis_tdata: Any
    m_axis_tvalid: Any
    m_axis_tready: Any
    m_axis_tlast: Any
    frame_error: Any

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
        return m


def _byte(lane: Value) -> Value:
    """An element extended to a byte."""
    sign = lane[-1] if lane.shape().signed else Const(0)
    return Cat(lane, sign.replicate(LANE_BITS - len(lane)))
