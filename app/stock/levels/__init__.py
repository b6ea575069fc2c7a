"""What lies where: by item, location, lot and serial."""
