"""Hardware of the method `table`: encoders and banks of tables."""
