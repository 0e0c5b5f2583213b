"""
Reading plans: from the words of a plan to its head, its sections and its tasks.

Nothing here is guessed. A unit is a part of the text; a day is derived from quoted words; what is unsure carries its
reason, and what the text does not say stays empty.
"""
