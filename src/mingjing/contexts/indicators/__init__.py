"""The indicators room: what is measured, from which facts, against which target, and what it comes to."""
