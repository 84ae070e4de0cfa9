"""Layer methods: how a convolution or linear layer is learned, a folder for each."""
