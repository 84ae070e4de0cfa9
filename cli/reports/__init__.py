"""Reports: what verbs left in directories, as one page to look at."""
