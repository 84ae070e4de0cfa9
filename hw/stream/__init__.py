"""The contract between components: beats, timing rules, cores, queues, forks, lanes."""
