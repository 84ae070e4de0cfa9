"""Fine-tuning: training a network whose layers are already lookups."""
