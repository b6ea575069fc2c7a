"""Whom files belong to: what root makes in somebody's home must be theirs, or the server cannot open it."""

import os
from pathlib import Path


def give(path: Path, home: Path) -> None:
    """Give a file or folder with all below it to whom the home belongs; only root can, and only root must."""
    owner = home.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for one in (path, *(path.rglob("*") if path.is_dir() else ())):
        os.chown(one, owner.st_uid, owner.st_gid, follow_symlinks=False)
