"""Readers for the standard image data sets; nothing here imports torch."""

from .image_set import ImageSet, Split
from .load import NAMES, data_directory, load

__all__ = ["NAMES", "ImageSet", "Split", "data_directory", "load"]
