"""The method `haste`: channels merged while the network runs, where hashes find them alike."""
