"""Acts on the catalog."""
