"""The acts of the cases room."""
