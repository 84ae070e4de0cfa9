"""What each layer method computes, a file for each."""
