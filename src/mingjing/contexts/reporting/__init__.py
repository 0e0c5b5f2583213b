"""Reports in official form whose figures can be traced, and what units send in for them."""
