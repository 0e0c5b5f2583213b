"""The platform's settings, addresses and entry point: what Django is told. Law is never a setting."""
