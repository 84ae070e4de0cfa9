"""The `tabfab` command: thin, no logic of its own."""
