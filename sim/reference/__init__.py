"""The golden model once more in plain loops, sharing nothing with it."""
