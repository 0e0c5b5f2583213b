"""Registers as sheets: which columns each has, how a sheet is read, judged, written, exported and compared."""
