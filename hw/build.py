"""Build directories, under the name that users import: see `tabfab.hw.rtl.build`.

The folder is not called ``build`` because that is what tools call their output, and ignore.
"""

from .rtl.build import Build, load_build, write_build

__all__ = ["Build", "load_build", "write_build"]
