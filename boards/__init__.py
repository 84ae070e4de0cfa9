"""Board tops, bitstreams and the host link. No board is supported yet."""
