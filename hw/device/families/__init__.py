"""One record for each family of FPGAs, and the catalog of all."""
