"""The facts standard: what happened in enforcement, in one vocabulary, read from files of any system."""
