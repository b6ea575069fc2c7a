"""What a browser calls itself, in words."""

import pytest

from app.people.access.browsers import device_words


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) AppleWebKit Version/19 Safari/604",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140) Gecko/20100101 Firefox/140", "Firefox on Linux"),
        ("curl/8.5", "curl"),
        ("", "Unknown browser"),
        ("x" * 500, "x" * 40),
    ],
)
def test_an_agent_is_named_as_people_know_it(agent: str, words: str) -> None:
    assert device_words(agent) == words
