"""The cases room: from a lead to an archived dossier, one procedure at a time."""
