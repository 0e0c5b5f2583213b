"""How people and other systems reach the platform: the command line, the API root, site-wide views."""
