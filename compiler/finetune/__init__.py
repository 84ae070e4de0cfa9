"""Fine-tuning: training a network while its layers are converted, and after."""
