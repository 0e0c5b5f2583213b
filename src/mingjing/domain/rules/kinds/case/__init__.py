"""
Kinds of rule about one case and its own steps.

Each ``check`` reads like the provision: when it applies, what it demands, what is unknown. The columns of the same
kinds are in :mod:`mingjing.engine.columns.case`.
"""
