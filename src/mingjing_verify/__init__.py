"""
Checks a log of 明镜 from its public files alone.

This package shares no code with the program that writes the log, needs nothing but Python, and can be read in an hour. It
answers one question: do these files hold exactly what the log signed, from the first entry to the last? And where a
witness's checkpoint is given: is this still the log that the witness saw?

    python -m mingjing_verify PUBLIC_DIR [--witness-checkpoint FILE ...]
"""
