"""The top level: a network behind AXI4-Stream ports."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Cat, ClockDomain, ClockSignal, Const, Module, ResetSignal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from .network import Network

LANE_BITS = 8
"""Every element has a byte of `tdata`, sign- or zero-extended."""


class Top(wiring.Component):
    """A network with the names and rules of AXI4-Stream (Arm IHI 0051).

    One transfer is one beat: pixels row-major, channels lowest byte first, `tlast` on the last
    beat of an image. `aresetn` is synchronous to `aclk`.

    Parameters
    ----------
    network: what it computes.

    Members
    -------
    aclk, aresetn: clock and active-low reset.
    s_axis_tdata, s_axis_tvalid, s_axis_tready, s_axis_tlast: images.
    m_axis_tdata, m_axis_tvalid, m_axis_tready, m_axis_tlast: answers.
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

    def __init__(self, network: Network) -> None:
        self.network = network
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
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.domains.sync = ClockDomain()
        m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]
        m.submodules.network = network = self.network
        m.d.comb += [
            network.i.valid.eq(self.s_axis_tvalid),
            network.i.p.last.eq(self.s_axis_tlast),
            self.s_axis_tready.eq(network.i.ready),
            self.m_axis_tvalid.eq(network.o.valid),
            self.m_axis_tlast.eq(network.o.p.last),
            network.o.ready.eq(self.m_axis_tready),
        ]
        for n in range(network.input.format.lanes):
            byte = self.s_axis_tdata.word_select(n, LANE_BITS)
            m.d.comb += network.i.p.data[n].eq(byte)
        lanes = [network.o.p.data[n] for n in range(network.output.format.lanes)]
        m.d.comb += self.m_axis_tdata.eq(Cat(_byte(lane) for lane in lanes))
        return m


def _byte(lane: Value) -> Value:
    """An element extended to a byte."""
    sign = lane[-1] if lane.shape().signed else Const(0)
    return Cat(lane, sign.replicate(LANE_BITS - len(lane)))
