"""What the machine tells the application, and what it makes for itself."""

import stat
from pathlib import Path

from app.config import VARIABLES, settings_from


def test_the_secret_key_is_made_once_and_its_owner_alone_may_read_it(tmp_path: Path) -> None:
    environment = {"TALLYMAN_HOME": str(tmp_path / "home")}
    made = settings_from(environment).secret_key
    assert len(bytes.fromhex(made)) == 32
    assert settings_from(environment).secret_key == made
    assert stat.S_IMODE((tmp_path / "home" / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert settings_from({**environment, "TALLYMAN_SECRET_KEY": "given"}).secret_key == "given"


def test_a_variable_gives_its_setting_and_an_empty_one_leaves_the_default(tmp_path: Path) -> None:
    environment = {"TALLYMAN_HOME": str(tmp_path)}
    default = settings_from(environment | dict.fromkeys(VARIABLES, ""))
    assert (default.port, default.check_at, default.demonstration) == (8000, "03:00", True)
    told = {"PORT": "81", "CHECK_AT": "off", "TALLYMAN_DEMONSTRATION": "0", "DATABASE_URL": "postgres://a/b"}
    found = settings_from(environment | told)
    assert (found.port, found.check_at, found.demonstration) == (81, "off", False)
    assert found.database_url == "postgresql+psycopg://a/b"
    assert found.given == {"TALLYMAN_HOME", *told}
    named = [name for name, _read in VARIABLES.values()]
    assert len(set(named)) == len(named) and all(hasattr(default, name) for name in named)
