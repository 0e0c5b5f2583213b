"""The room of who may do what: users, organisational units, roles as data, grants, and the one scope check."""
