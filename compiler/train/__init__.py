"""Training the built-in networks."""

from .training import Epoch, TrainOptions, channel_statistics, recommended, train

__all__ = ["Epoch", "TrainOptions", "channel_statistics", "recommended", "train"]
