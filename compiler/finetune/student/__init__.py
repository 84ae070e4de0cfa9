"""The network under training: a module that computes what the program will."""
