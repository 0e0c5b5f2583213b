"""The public pages of the log."""
