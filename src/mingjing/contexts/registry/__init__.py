"""The room of the registers: enforcement subjects, officers and credentials, equipment, parties, social roles."""
