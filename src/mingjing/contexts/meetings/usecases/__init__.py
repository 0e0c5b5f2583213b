"""The acts of the meetings room."""
