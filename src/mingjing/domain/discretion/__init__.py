"""Discretion: ranges, benchmarks that refine but never leave the law, the circumstances of a case, and what follows."""
