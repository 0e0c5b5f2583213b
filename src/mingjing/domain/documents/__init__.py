"""Documents of enforcement 执法文书: their kinds as data, templates in words, what must stand in them, numbers, service."""
