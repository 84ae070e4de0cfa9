"""Which integers stand for which real numbers: histograms, scales, quantization."""
