"""The room of the log: every act is an entry that nobody can quietly change."""
