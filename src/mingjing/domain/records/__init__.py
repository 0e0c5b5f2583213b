"""
The log as pure functions: what an entry is, the Merkle tree over entries, proofs, signed checkpoints.

Nothing here knows a database, a clock or chance: hashes, signers, salts and the storage of the tree are passed in.
The format is described in ``docs/log.md``. The verifier (package ``mingjing_verify``) shares no code with this package.
"""
