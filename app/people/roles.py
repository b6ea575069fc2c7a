"""Roles: each may do all that the ones before it may."""

ROLES = ("viewer", "operator", "manager", "administrator")
TOP = ROLES[-1]
"""The role to which no site is closed, since it could open each to itself; somebody always has it."""

READING = {"GET", "HEAD", "OPTIONS"}
"""Methods by which nobody changes anything."""


def allows(role: str, needed: str) -> bool:
    """Whether a person of ``role`` may do what needs ``needed``; an unknown role may nothing."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)
