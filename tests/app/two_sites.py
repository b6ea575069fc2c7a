"""A second site beside the small world's own, and people to whom it is closed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.app.floor import World
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


@pytest.fixture
def north(world: World, signed_in: Enter) -> dict[str, int]:
    """A second site with one bin in which sugar stands."""
    administrator = signed_in("administrator")
    site = administrator.post("/api/locations", json={"kind": "site", "code": "NORTH"}).json["id"]
    shelf = administrator.post("/api/locations", json={"kind": "bin", "code": "N-01", "parent": site}).json[
        "id"
    ]
    moves = [move(world, shelf, "7"), move(world, world.bin_a, "5")]
    posted = administrator.post("/api/stock/operations", json={"operations": moves})
    assert posted.status_code == 201, posted.json
    north_operation, main_operation = (verdict["id"] for verdict in posted.json["operations"])
    return {"site": site, "bin": shelf, "operation": north_operation, "main_operation": main_operation}


def move(world: World, to: int, quantity: str, origin: int = 1) -> dict[str, Any]:
    body = {"item": world.sugar, "from": origin, "to": to, "quantity": quantity}
    return {"kind": "move", "body": body}


@pytest.fixture
def kept_to_main(
    world: World, north: dict[str, int], signed_in: Enter, staff: dict[str, int]
) -> Callable[[str], Visitor]:
    """Signs a person in to whom only the first site is open."""

    def enter(role: str = "manager") -> Visitor:
        administrator, browser = signed_in("administrator"), signed_in(role)
        main = administrator.get(f"/api/locations/{world.dock}").json["site"]
        body = {"all_sites": False, "sites": [main]}
        assert administrator.ask("PUT", f"/api/users/{staff[role]}/sites", json=body).status_code == 200
        return browser

    return enter
