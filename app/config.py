"""Every setting, read from the environment in one place."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.database import postgresql

VERSION = "0.1.0"
"""Of this release; the same as in pyproject.toml."""

SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""How a connection to the mail server is made private, with the port that goes with it."""

SQLITE_OPTIONS = {"pool_size": 10, "max_overflow": 90, "pool_timeout": 10, "pool_use_lifo": True}
"""A request keeps its connection to the end, also while it waits for the write lock: so many may wait.
Last in, first out keeps few connections busy and their caches warm."""


@dataclass(frozen=True)
class Post:
    """The mail server, and who writes."""

    host: str
    port: int
    sender: str
    """An address, or a name with it: ``Tallyman <stock@example.com>``."""
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    """starttls, tls (from the first byte), or none."""


@dataclass(frozen=True)
class Settings:
    """What an installation may decide. Durations carry their unit in the name."""

    home: Path
    database_url: str
    secret_key: str
    server_mode: str = "eventlet"
    port: int = 8000
    tls_port: int = 0
    """0: there is none; ``./manage run`` takes 8443."""
    admin_email: str = "admin@example.com"
    admin_password: str | None = None
    demonstration: bool = True
    """Whether the first run fills the warehouse with a small world to try things on."""
    company_name: str = ""
    language: str = "auto"
    """What pages speak to those who chose no language; auto: what their browser prefers."""
    time_zone: str = "auto"
    """What times are shown in; auto: each reader's own, and the server's for the night's work."""
    number_format: str = "auto"
    """How numbers are written, by its name in ``app/words.py``; auto: as the language does."""
    units: tuple[str, ...] = ("piece", "kg", "g", "l", "m", "box", "bottle", "roll", "pair", "set")
    """What a new item's form offers; decided in the office."""
    session_days: int = 14
    device_days: int = 90
    idle_minutes: int = 0
    """Minutes untouched after which a phone locks at the latest; 0: as its people choose."""
    password_length: int = 12
    link_hours: int = 72
    """How long an invitation, or a link to choose a new password, opens the door."""
    second_factor: str = "optional"
    """Who must have one: optional (nobody), administrators, or everyone."""
    second_factor_days: int = 7
    """How long one who must have it may still come in without."""
    token_requests: int = 600
    """Requests that one token may make in a minute."""
    browser_requests: int = 1200
    """Requests that the browsers of one person may make in a minute."""
    log_format: str = "auto"
    """json, plain, or auto: plain on a terminal."""
    log_level: str = "info"
    backup_folder: Path | None = None
    """Where backups are kept; None: ``backups`` in the home folder."""
    backup_at: str = "02:00"
    """When the nightly backup is due, in the server's own time; ``off``: never."""
    backup_keep: int = 14
    """How many backups are kept; older ones are deleted after a new one was made."""
    check_at: str = "03:00"
    """When the book is checked every night; ``off``: never."""
    audit_days: int = 0
    """How long the audit trail is kept; 0: for ever."""
    sign_in_days: int = 30
    """How long ended sessions and links are kept."""
    job_days: int = 7
    """How long work that ended can be asked for its result."""
    import_days: int = 90
    """How long an import is kept, with its file, and can be taken back."""
    metrics_token: str | None = None
    """Who asks for metrics from elsewhere than this machine must show it."""
    proxies: int = 0
    """How many proxies of ours stand before the server: whose word on the client's address is believed."""
    redis_url: str | None = None
    """Where several instances count attempts to sign in together; None: each for itself."""
    post: Post | None = None
    """None: links are shown to be handed over, nothing is sent."""
    request_limit_bytes: int = 4 * 1024 * 1024
    testing: bool = False
    given: frozenset[str] = frozenset()
    """The variables that the environment sets: over these the office has no say."""

    @property
    def engine_options(self) -> Mapping[str, object]:
        """How connections to the database are kept."""
        return SQLITE_OPTIONS if self.database_url.startswith("sqlite") else postgresql.ENGINE_OPTIONS

    def flask(self) -> dict[str, object]:
        """The part that Flask and its extensions read from ``app.config``."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": dict(self.engine_options),
            "MAX_CONTENT_LENGTH": self.request_limit_bytes,
            "MAX_FORM_MEMORY_SIZE": self.request_limit_bytes,
            "TESTING": self.testing,
            "TALLYMAN": self,
        }


def home_of(environ: Mapping[str, str]) -> Path:
    """Where the data live: ``TALLYMAN_HOME`` or ``data`` beside the code."""
    return Path(environ.get("TALLYMAN_HOME") or Path(__file__).parent.parent / "data").resolve()


def whether(text: str) -> bool:
    """Whether a switch is on: everything but 0 says so."""
    return text != "0"


def folder_at(text: str) -> Path:
    """A folder, wherever the process works later."""
    return Path(text).resolve()


VARIABLES: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "DATABASE_URL": ("database_url", postgresql.normalised),
    "TALLYMAN_SECRET_KEY": ("secret_key", str),
    "SERVER_MODE": ("server_mode", str),
    "PORT": ("port", int),
    "TLS_PORT": ("tls_port", int),
    "TALLYMAN_ADMIN_EMAIL": ("admin_email", str),
    "TALLYMAN_ADMIN_PASSWORD": ("admin_password", str),
    "TALLYMAN_DEMONSTRATION": ("demonstration", whether),
    "TALLYMAN_PASSWORD_LENGTH": ("password_length", int),
    "TALLYMAN_LINK_HOURS": ("link_hours", int),
    "TALLYMAN_SECOND_FACTOR": ("second_factor", str),
    "TALLYMAN_SECOND_FACTOR_DAYS": ("second_factor_days", int),
    "TALLYMAN_TOKEN_REQUESTS": ("token_requests", int),
    "TALLYMAN_BROWSER_REQUESTS": ("browser_requests", int),
    "LOG_FORMAT": ("log_format", str),
    "LOG_LEVEL": ("log_level", str),
    "BACKUP_FOLDER": ("backup_folder", folder_at),
    "BACKUP_AT": ("backup_at", str),
    "BACKUP_KEEP": ("backup_keep", int),
    "CHECK_AT": ("check_at", str),
    "METRICS_TOKEN": ("metrics_token", str),
    "PROXIES": ("proxies", int),
    "REDIS_URL": ("redis_url", str),
}
"""By variable the setting that it gives, and how its text is read. One that is empty or missing leaves the
default of ``Settings``."""


def settings_from(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; the secret key is made once and kept in the home folder.

    Raises ValueError for a number that is none, and as ``post_from``.
    """
    home = home_of(environ)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    told: dict[str, Any] = {
        name: read(environ[variable]) for variable, (name, read) in VARIABLES.items() if environ.get(variable)
    }
    told.setdefault("database_url", f"sqlite:///{home / 'tallyman.sqlite3'}")
    if "secret_key" not in told:
        told["secret_key"] = kept_secret(home / "secret.key")
    given = frozenset(name for name, value in environ.items() if value)
    return Settings(home=home, post=post_from(environ), given=given, **told)


def post_from(environ: Mapping[str, str]) -> Post | None:
    """The mail server, where one is named. Raises ValueError for a word that is no way to be private."""
    host, tls = environ.get("SMTP_HOST") or "", environ.get("SMTP_TLS") or "starttls"
    if not host:
        return None
    if tls not in SMTP_PORTS:
        raise ValueError(f"SMTP_TLS is {tls!r}: one of {', '.join(SMTP_PORTS)}")
    return Post(
        host=host,
        port=int(environ.get("SMTP_PORT") or SMTP_PORTS[tls]),
        sender=environ.get("SMTP_SENDER") or environ.get("SMTP_USER") or f"tallyman@{host}",
        user=environ.get("SMTP_USER") or "",
        password=environ.get("SMTP_PASSWORD") or "",
        tls=tls,
    )


def kept_secret(path: Path) -> str:
    """The random key in ``path``, made at first use and readable by the owner alone."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(32).hex())
    return path.read_text().strip()
