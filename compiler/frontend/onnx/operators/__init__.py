"""What becomes of each ONNX operator: a file for each family of them."""
