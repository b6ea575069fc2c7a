"""A seeded simulation of phones, network and server, with an auditor who knows the true shelf."""
