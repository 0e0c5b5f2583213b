"""Worked examples of the rules for one case: files as a clerk keeps them, each with the answer that the rule owes."""
