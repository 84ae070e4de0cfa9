"""From a netlist to a bitstream, for each family of FPGAs."""
