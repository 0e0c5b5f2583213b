"""The law at work, as pure functions: no clock, no randomness, no input or output, no framework."""
