"""torch model + calibration data -> Program. The only room that imports torch."""
