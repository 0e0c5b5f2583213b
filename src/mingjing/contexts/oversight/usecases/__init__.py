"""What an overseer does."""
