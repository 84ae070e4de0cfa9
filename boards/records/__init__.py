"""The boards, a record in a file for each."""
