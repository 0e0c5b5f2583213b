"""Evaluates rules over facts: one case in memory, all cases in columns; embedded, or on a cluster."""
