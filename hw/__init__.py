"""Program -> Plan -> Amaranth components -> Verilog -> synthesis reports."""
