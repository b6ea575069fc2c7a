"""Sites, zones, aisles, bins and the virtual locations."""
