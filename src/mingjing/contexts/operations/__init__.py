"""The room of running: the worker and its schedule, health, measures, logs, files, backup. Knows only the log."""
