"""Roles: each may do all that the ones before it may."""

ROLES = ("viewer", "operator", "manager", "administrator")


def allows(role: str, needed: str) -> bool:
    """Whether a person of ``role`` may do what needs ``needed``; an unknown role may nothing."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)
