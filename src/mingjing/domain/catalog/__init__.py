"""What an agency may do and on which basis, as versioned, approved, published data."""
