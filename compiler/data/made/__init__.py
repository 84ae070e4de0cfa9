"""Data sets that are computed: stand-ins for ones that cannot be had, or not be passed on."""
