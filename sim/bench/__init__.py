"""The cocotb bench, its simulators, and what it compares and reports."""
