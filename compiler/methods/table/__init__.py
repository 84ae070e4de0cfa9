"""The method `table`: encoders and tables, learned from calibration data."""
