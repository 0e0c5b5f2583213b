"""The acts of the reporting room."""
