"""Recordings of enforcement: what must be recorded at a step, how long it is kept, how an upload goes on."""
