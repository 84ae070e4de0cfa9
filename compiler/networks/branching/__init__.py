"""Built-in networks whose graph branches: residual sums, channels put side by side, skips."""
