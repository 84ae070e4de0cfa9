"""What all weighted layers share: geometry, folding, adder tree, accumulator, requantizer."""
