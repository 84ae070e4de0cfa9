"""Build -> bitstream for a board, and the host that talks to it, or to a simulated one."""
