"""Documents as they come in, read into paragraphs and tables."""
