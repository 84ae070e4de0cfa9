"""Which mutants can be told apart at all: proofs of equivalence."""
