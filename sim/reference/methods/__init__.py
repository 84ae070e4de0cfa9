"""What each layer method computes, once more in plain loops, a file for each."""
