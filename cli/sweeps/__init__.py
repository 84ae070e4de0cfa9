"""Sweeps: many settings of one network tried, judged and searched; here since they run the verbs."""
