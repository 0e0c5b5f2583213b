"""Acts on the platform as a whole."""
