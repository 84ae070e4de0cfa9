"""NumPy golden model, cycle model and the cocotb bench that compares them with the RTL."""
