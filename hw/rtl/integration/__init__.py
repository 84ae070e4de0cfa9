"""What a build brings for those who put it into a design of their own."""
