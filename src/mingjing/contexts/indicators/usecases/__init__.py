"""The acts of the indicators room."""
