"""The link between a host and a board: frames over a UART, one protocol for gateware and Python."""
