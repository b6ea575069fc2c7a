"""Times and quantities in pages."""

from app.values.moments import ago, moment, quantity


def test_a_time_is_readable_without_script_and_exact_for_it() -> None:
    assert moment(1_795_370_000_123) == (
        '<time datetime="2026-11-22T17:53:20.123+00:00" data-moment="moment">22 Nov 2026, 17:53 UTC</time>'
    )
    assert 'data-moment="ago"' in ago(0)


def test_no_time_is_said_in_words() -> None:
    assert ago(None, "<never>") == "<span class=soft>&lt;never&gt;</span>"


def test_quantities_are_grouped_and_carry_their_unit() -> None:
    assert quantity(1_234_567_500_000) == '<span class="quantity">1,234,567.5</span>'
    assert quantity(-2_000_000, "<kg>") == (
        '<span class="quantity">\u22122 <span class="unit">&lt;kg&gt;</span></span>'
    )
    assert quantity(0) == '<span class="quantity">0</span>'
