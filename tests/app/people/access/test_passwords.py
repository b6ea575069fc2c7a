"""What a new password must be."""

import pytest

from app.people.access.passwords import new_password, password_problem

OWN = ("ana.lima@tallyman.example", "Ana Lima")


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", "people.password_short"),
        ("elevensigns", "people.password_short"),
        ("a" * 201, "people.password_long"),
        ("aaaaaaaaaaaa", "people.password_weak"),
        ("aabaabbbaaab", "people.password_weak"),
        ("abababababab", "people.password_weak"),
        ("tea!tea!tea!tea!", "people.password_weak"),
        ("123456789012", "people.password_weak"),
        ("abcdefghijkl", "people.password_weak"),
        ("qwertyuiopas", "people.password_weak"),
        ("Password2026!", "people.password_weak"),
        ("P@ssw0rd!!!2026", "people.password_weak"),
        ("adminpassword1", "people.password_weak"),
        ("welcomesummer", "people.password_weak"),
        ("ana.lima@tallyman.example", "people.password_own"),
        ("Ana.Lima.2026", "people.password_own"),
        ("a shelf of green tea", None),
        ("fork lift 4 bins", None),
        ("grüner Tee im Regal", None),
        ("!?;:-_#+~*=&", None),
        ("a shelf of green tea " * 9 + "!", None),
    ],
)
def test_a_new_password_is_weighed(password: str, problem: str | None) -> None:
    assert password_problem(password, OWN) == problem


def test_the_house_may_ask_for_more() -> None:
    assert password_problem("fork lift 4 bins", OWN, 20) == "people.password_short"


def test_a_password_that_we_make_would_be_taken() -> None:
    assert password_problem(new_password(), OWN) is None
