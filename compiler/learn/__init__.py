"""Learning encoders and tables from calibration data."""
