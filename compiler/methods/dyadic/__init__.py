"""The method `dyadic`: weights that are sums of few signed powers of two, by a 0/1 program."""
