"""The address by which an invited phone opens the floor app."""

import pytest

from app.people.devices.address import is_secure


@pytest.mark.parametrize(
    ("address", "secure"),
    [("https://stock.example/floor", True), ("http://192.168.1.5/floor", False), ("", False)],
)
def test_camera_and_offline_work_need_a_secure_address(address: str, secure: bool) -> None:
    assert is_secure(address) is secure
