"""The dense sequence of a device: what is new, what came before, where a push stops."""

from sync.heading import Heading
from sync.sequence import Stop, follow


def sent(*named: tuple[str, int | None]) -> list[Heading]:
    """Headings of operations whose content is their name's first letter."""
    return [Heading(name, seq, f"content of {name}", {}) for name, seq in named]


def known(*names: str) -> dict[str, frozenset[str]]:
    return {name: frozenset({f"content of {name}"}) for name in names}


def standings(headings: list[Heading], applied: int, before: dict[str, frozenset[str]]) -> list[str]:
    return [step.standing for step in follow(headings, applied, before).steps]


def test_new_operations_continue_the_sequence() -> None:
    walk = follow(sent(("a", 4), ("b", 5)), 3, {})
    assert ([step.seq for step in walk.steps], walk.applied_seq, walk.stop) == ([4, 5], 5, None)


def test_what_was_sent_before_is_known_and_does_not_go_back() -> None:
    walk = follow(sent(("a", 1), ("b", 2), ("c", 3)), 2, known("a", "b"))
    assert [step.standing for step in walk.steps] == ["known", "known", "new"]
    assert walk.applied_seq == 3


def test_a_gap_stops_and_says_what_is_expected() -> None:
    walk = follow(sent(("a", 1), ("c", 3), ("d", 4)), 0, {})
    assert (len(walk.steps), walk.applied_seq, walk.stop) == (1, 1, Stop("gap", 2))


def test_another_operation_under_a_used_number_is_a_fork() -> None:
    walk = follow(sent(("b", 2)), 2, {})
    assert (walk.steps, walk.applied_seq, walk.stop) == ([], 2, Stop("fork", 2))


def test_a_known_operation_renumbered_in_a_new_epoch_takes_its_new_number() -> None:
    """Its answer was lost, then the device forked: the number must be taken or the next ones are a gap."""
    walk = follow(sent(("a", 1), ("b", 2)), 0, known("a"))
    assert ([step.standing for step in walk.steps], walk.applied_seq) == (["known", "new"], 2)


def test_a_known_operation_under_a_number_of_another_is_a_fork() -> None:
    """Two copies of one phone began the same new epoch: both renumber what they had in common."""
    walk = follow(sent(("a", 1), ("b", 2), ("c", 3)), 2, known("a", "b"), {2: "of the other copy"})
    assert ([step.standing for step in walk.steps], walk.stop) == (["known"], Stop("fork", 2))


def test_a_known_operation_under_its_own_number_is_no_fork() -> None:
    assert follow(sent(("a", 1), ("b", 2)), 2, known("a", "b"), {1: "a", 2: "b"}).stop is None


def test_a_known_operation_too_far_ahead_is_a_gap() -> None:
    assert follow(sent(("a", 5)), 0, known("a")).stop == Stop("gap", 1)


def test_another_content_under_a_known_id_takes_its_number() -> None:
    before = {"a": frozenset({"something else"})}
    walk = follow(sent(("a", 3), ("b", 4)), 2, before)
    assert ([step.standing for step in walk.steps], walk.applied_seq) == (["reuse", "new"], 4)


def test_another_content_under_a_known_id_and_number_does_not_fork() -> None:
    walk = follow(sent(("a", 2)), 2, {"a": frozenset({"something else"})})
    assert ([step.standing for step in walk.steps], walk.applied_seq, walk.stop) == (["reuse"], 2, None)


def test_the_same_operation_twice_in_one_push_is_known_the_second_time() -> None:
    assert standings(sent(("a", 1), ("a", 1), ("b", 2)), 0, {}) == ["new", "known", "new"]


def test_what_names_no_number_takes_the_one_that_is_due() -> None:
    walk = follow(sent(("a", 1), ("x", None), ("c", 3)), 0, {})
    assert ([step.seq for step in walk.steps], walk.stop) == ([1, 2, 3], None)


def test_what_names_no_number_and_came_before_takes_none() -> None:
    assert follow(sent(("x", None), ("c", 3)), 2, known("x")).stop is None
    assert follow(sent(("x", None)), 2, known("x")).applied_seq == 2


def test_what_names_no_number_is_renumbered_with_its_neighbours() -> None:
    walk = follow(sent(("x", None), ("c", 2)), 0, known("x"))
    assert ([step.seq for step in walk.steps], walk.stop) == ([1, 2], None)
