"""Formal proofs of the hardware's components: what they promise, for every input and stall."""
