"""Oversight: rules over facts, what they find, and the papers that follow."""
