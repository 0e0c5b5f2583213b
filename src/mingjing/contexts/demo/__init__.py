"""A made-up district: lawful files by default, violations planted on purpose, and the list of what was planted."""
