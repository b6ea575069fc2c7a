"""On hand over time: steps backwards from what stands now, and the line they make."""

from app.stock.levels.balance_plot import Step, plot_of, steps


def test_steps_end_with_what_stands_now() -> None:
    assert steps([(10, 5), (30, -2), (20, 4)], 7) == [Step(10, 5), Step(20, 9), Step(30, 7)]


def test_changes_of_one_moment_are_one_step() -> None:
    assert steps([(10, 5), (10, -3), (20, 1)], 3) == [Step(10, 2), Step(20, 3)]


def test_there_is_no_line_through_less_than_two_points() -> None:
    assert plot_of([], 100) is None
    assert plot_of([Step(1, 5)], 100) is None


def test_the_line_goes_from_the_first_step_to_now() -> None:
    plot = plot_of([Step(0, 0), Step(50, 10)], 100)
    assert plot is not None
    assert plot.line == "M0 154.0H360.0V6.0H720"
    assert (plot.highest, plot.lowest, plot.zero) == (10, 0, 154.0)
    assert plot.area == "M0 154.0H360.0V6.0H720V154.0H0Z"


def test_below_zero_is_below_the_line_of_zero() -> None:
    plot = plot_of([Step(0, 10), Step(50, -10)], 100)
    assert plot is not None
    assert (plot.zero, plot.lowest) == (80.0, -10)
