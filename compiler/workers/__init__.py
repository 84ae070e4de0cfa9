"""Who does the work: how many workers and threads, and Dask's processes. No torch here."""
