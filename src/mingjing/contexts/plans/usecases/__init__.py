"""The acts of the room, one module for each family."""
