"""Models of the FPGA cells in synthesized netlists."""
