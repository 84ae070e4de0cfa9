"""Registers, counters and memories: what components are made of."""
