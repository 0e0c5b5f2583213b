"""The API root ``/api/v1/``: the routers of all rooms under one description, OpenAPI 3.1."""
