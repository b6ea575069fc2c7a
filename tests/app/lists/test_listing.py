"""What part of a list is asked for."""

from app.lists.listing import Listing, Page, Shape, listing_from
from app.people.models import User

SHAPE = Shape(
    columns={"name": User.name, "email": User.email},
    searched=(User.name,),
    sort="-name",
    tie=User.id,
    filters={"role": ("viewer", "manager")},
)


def test_an_empty_address_asks_for_the_default() -> None:
    assert listing_from({}, SHAPE) == Listing(sort="-name")


def test_an_address_is_read_in_full() -> None:
    asked = {"q": " ana  k ", "sort": "email", "page": "3", "role": "viewer", "other": "x"}
    listing = listing_from(asked, SHAPE)
    assert listing == Listing("ana  k", "email", 3, filters={"role": "viewer"})
    assert listing.is_narrowed


def test_what_makes_no_sense_falls_back() -> None:
    asked = {"sort": "password", "page": "-1", "role": "owner", "q": "x" * 500}
    listing = listing_from(asked, SHAPE)
    assert (listing.sort, listing.page, listing.filters) == ("-name", 1, {})
    assert len(listing.search) == 200
    assert listing_from({"page": "9" * 30}, SHAPE).page == 100_000


def test_a_changed_order_starts_at_the_first_page_and_keeps_the_rest() -> None:
    listing = Listing("ana", "email", 3, filters={"role": "viewer"})
    assert listing.address(sort=listing.turned("email")) == {"q": "ana", "sort": "-email", "role": "viewer"}
    assert listing.address(page=4)["page"] == 4
    assert listing.turned("name") == "name"


def test_a_page_says_which_rows_it_shows() -> None:
    page = Page(["a", "b"], 52, Listing(page=2))
    assert (page.first, page.last, page.pages) == (51, 52, 2)
    empty: Page[str] = Page([], 0, Listing())
    assert (empty.first, empty.last, empty.pages) == (0, 0, 1)
