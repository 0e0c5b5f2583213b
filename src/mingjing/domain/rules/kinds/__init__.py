"""The kinds of rule: a small algebra, each with its ``check`` for one subject."""
