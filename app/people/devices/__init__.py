"""Devices: invited, enrolled, shared, shut out."""
