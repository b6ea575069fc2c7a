"""The register of devices: what is believed of one that is missing."""

import pytest

from app.people.devices.register import missing_since


@pytest.mark.parametrize(("told", "since"), [(None, 900), (400, 400), (900, 900), (5_000, 900)])
def test_a_device_is_missing_since_it_was_told_and_never_from_later_on(told: int | None, since: int) -> None:
    assert missing_since(told, 900) == since
