"""Rules: the law as code."""
