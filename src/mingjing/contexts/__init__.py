"""The platform's rooms, one package each, with the same plan inside."""
