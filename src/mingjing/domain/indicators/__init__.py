"""Indicators: what is counted, over which period, against which target, and what may be said where data lack."""
