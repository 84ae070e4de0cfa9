"""Integer execution of what has nothing to learn, in torch: one file a family of operators."""
