"""The board's side of the link: from a serial line to the network's ports."""
