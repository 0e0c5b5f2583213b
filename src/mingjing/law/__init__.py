"""
Law as data: instruments, citations, parameters by place and date, calendars, readings of unclear text.

``law/data`` is reviewed as law, not as code.
"""
