"""What things take on disk."""

from pathlib import Path

from sqlalchemy import Connection, text


def database_bytes(connection: Connection) -> int:
    """What the database takes on disk."""
    if connection.dialect.name == "postgresql":
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    path = Path(connection.engine.url.database or "")
    return sum(file.stat().st_size for name in ("", "-wal") if (file := Path(f"{path}{name}")).exists())
