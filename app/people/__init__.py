"""Users, roles, devices and sign-in."""
