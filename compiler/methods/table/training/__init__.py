"""The method `table` under training: codes and table entries that have a gradient."""
