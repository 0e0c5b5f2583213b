"""Recordings and evidence files: taken in whole, hashed on the device, kept as long as the law says, looked at on the record."""
