"""
A second, independent implementation of the rule library: plain loops over dicts, slow and easy to read.

It shares nothing with the engine but the State Council calendar and the parameter values. Readings that the rule table
leaves open are listed in ``AMBIGUITIES.md``.
"""
