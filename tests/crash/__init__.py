"""Killing the server by SIGKILL under load, again and again, and counting what is left."""
