"""What the machine tells the application, and what it makes for itself."""

import stat
from pathlib import Path

from app.config import settings_from


def test_the_secret_key_is_made_once_and_its_owner_alone_may_read_it(tmp_path: Path) -> None:
    environment = {"TALLYMAN_HOME": str(tmp_path / "home")}
    made = settings_from(environment).secret_key
    assert len(bytes.fromhex(made)) == 32
    assert settings_from(environment).secret_key == made
    assert stat.S_IMODE((tmp_path / "home" / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert settings_from({**environment, "TALLYMAN_SECRET_KEY": "given"}).secret_key == "given"
