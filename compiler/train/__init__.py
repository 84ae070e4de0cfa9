"""Training the built-in networks."""

from .goal import Goal, goal_of
from .training import Epoch, TrainOptions, channel_statistics, recommended, train

__all__ = [
    "Epoch",
    "Goal",
    "TrainOptions",
    "channel_statistics",
    "goal_of",
    "recommended",
    "train",
]
