"""Sweeps: many settings of one network, tried and judged; in this room since they run its verbs."""
