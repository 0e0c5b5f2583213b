"""The acts of the registers: one function each, keyword-only, with ``actor`` and ``at``."""
