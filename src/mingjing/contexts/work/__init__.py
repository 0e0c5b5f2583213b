"""The room of one's own work: to-dos, notifications, search, saved views, background jobs. Other rooms feed it."""
