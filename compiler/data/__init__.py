"""Readers for the standard image data sets; nothing here imports torch."""

from .image_set import ImageSet, Split
from .load import NAMES, data_directory, load
from .reference import data_reference, referred_data

__all__ = [
    "NAMES",
    "ImageSet",
    "Split",
    "data_directory",
    "data_reference",
    "load",
    "referred_data",
]
