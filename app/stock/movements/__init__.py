"""Movements as people read them: the list, and the whole story of one operation."""
