"""Dataclasses as JSON values and named arrays, and back."""
