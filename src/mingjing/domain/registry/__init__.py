"""The registers, decided: who may enforce, with which credential, equipped with what. Frozen facts in, decisions out."""
