"""Keeping the installation: backups and their restoring, nightly checks, what an administrator watches."""
