"""What the hardware must do: values (golden model) and clocks (cycle model)."""
