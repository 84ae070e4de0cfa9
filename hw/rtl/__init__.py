"""Verilog: the top with its ports, build directories, run-time loading."""
