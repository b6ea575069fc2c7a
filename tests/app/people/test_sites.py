"""Sites: what is open to whom."""

from flask import Flask
from sqlalchemy import select, update

from app.database import transaction
from app.people.models import User
from app.people.sites import choose_sites, may_see, open_sites, sites_of, within
from app.warehouse.models import Location
from tests.app.floor import World


def test_all_sites_are_open_to_one_who_may_see_all_and_to_every_administrator() -> None:
    assert open_sites("operator", True, [3]) is None
    assert open_sites("administrator", False, [3]) is None
    assert open_sites("operator", False, [3, 4]) == frozenset({3, 4})
    assert open_sites("operator", False, []) == frozenset()


def test_a_virtual_place_is_seen_by_everybody_and_another_site_by_nobody_else() -> None:
    assert may_see(frozenset(), None)
    assert may_see(None, 9)
    assert may_see(frozenset({9}), 9)
    assert not may_see(frozenset({9}), 8)


def test_the_database_narrows_as_the_rule_does(app: Flask, world: World) -> None:
    with app.app_context(), transaction() as connection:
        places = connection.execute(select(Location.id, Location.site_id)).all()
        site = next(place.site_id for place in places if place.id == world.dock)
        for sites in (None, frozenset[int](), frozenset({site}), frozenset({site + 1000})):
            found = set(connection.scalars(select(Location.id).where(within(sites, Location.site_id))))
            assert found == {place.id for place in places if may_see(sites, place.site_id)}


def test_chosen_sites_replace_those_before(app: Flask, world: World, staff: dict[str, int]) -> None:
    operator = staff["operator"]
    with app.app_context(), transaction() as connection:
        assert sites_of(connection, operator) is None
        connection.execute(update(User).where(User.id == operator).values(all_sites=False))
        assert sites_of(connection, operator) == frozenset()
        choose_sites(connection, operator, [world.dock, world.dock])
        assert sites_of(connection, operator) == {world.dock}
        choose_sites(connection, operator, [])
        assert sites_of(connection, operator) == frozenset()
        assert sites_of(connection, 10_000) == frozenset()
