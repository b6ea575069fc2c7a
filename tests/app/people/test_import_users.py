"""Tables of people: invitations, changes within bounds, for administrators alone, and back again."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.app.floor import World
from tests.app.imports.desk import PATH, checked, counts, imported, problems, run, undone, upload
from tests.app.visitor import Visitor, email_of

TABLE = "Email,Name,Role,Sites\nNEW@Tallyman.example,New One,Picker,all\nvi@tallyman.example,Vi,viewer,MAIN\n"


@pytest.fixture
def boss(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("administrator")


def people(visitor: Visitor, query: str = "") -> dict[str, dict[str, object]]:
    rows = visitor.get(f"/api/users?per_page=200{query}").json["rows"]
    return {row["email"]: row for row in rows}


def test_new_people_are_invited_with_role_and_sites(app: Flask, boss: Visitor, world: World) -> None:
    imported(app, boss, TABLE, "users")
    new, vi = people(boss)["new@tallyman.example"], people(boss)["vi@tallyman.example"]
    assert (new["name"], new["role"], vi["role"]) == ("New One", "operator", "viewer")
    assert sorted(people(boss, "&state=invited")) == ["new@tallyman.example", "vi@tallyman.example"]
    assert Visitor(app.test_client()).sign_in("new@tallyman.example", "").status_code in (401, 422)
    table = boss.get("/people?as=csv").get_data()
    path = checked(app, boss, table, "users")
    assert problems(boss, path) == []
    assert counts(boss, path)[:4] == ("checked", 0, 0, 6)


def test_everything_wrong_with_people_is_told_at_once(app: Flask, boss: Visitor, world: World) -> None:
    table = (
        "email,name,role,sites\n"
        ",Nobody,viewer,\n"
        "no address,X,viewer,\n"
        "a@x.example,,viewer,\n"
        "b@x.example,B,king,\n"
        "c@x.example,C,,NOWHERE\n"
        "d@x.example,D,viewer,\n"
        "D@X.example,D,viewer,\n"
        f"{email_of('administrator')},,viewer,\n"
    )
    path = checked(app, boss, table, "users")
    assert [(row, column) for row, column, _ in problems(boss, path)] == [
        (2, "email"), (3, "email"), (4, "name"), (5, "role"), (6, "role"), (6, "sites"), (8, "email"),
        (9, "role"),
    ]  # fmt: skip
    run(app, boss, path, skip_faulty=True)
    assert counts(boss, path) == ("done", 1, 0, 0, 7)


def test_people_are_changed_and_changed_back(app: Flask, boss: Visitor, world: World) -> None:
    changed = f"email,name,role,sites\n{email_of('operator')},Ona,manager,MAIN\n{email_of('viewer')},,,\n"
    path = imported(app, boss, changed, "users")
    assert counts(boss, path) == ("done", 0, 1, 1, 0)
    assert people(boss)[email_of("operator")]["role"] == "manager"
    assert undone(app, boss, path) == (1, 0)
    back = people(boss)[email_of("operator")]
    assert (back["name"], back["role"]) == ("Ana Operator", "operator")
    told = {(row["action"], row["subject_kind"], row["actor"]) for row in boss.get("/api/audit").json["rows"]}
    assert {(act, "import", "Ana Administrator") for act in ("imported", "undone")} <= told
    assert ("changed", "user", "Ana Administrator") in told


def test_the_invited_are_shut_out_again_unless_they_came_in(app: Flask, boss: Visitor, world: World) -> None:
    path = imported(app, boss, TABLE, "users")
    new = people(boss)["new@tallyman.example"]
    secret = {"password": "seven shelves and a ladder"}
    assert boss.ask("PUT", f"/api/users/{new['id']}/password", json=secret).status_code == 204
    preview = boss.get(f"{path}/undo").json
    assert preview["reasons"] == ["New One has come in since."]
    assert undone(app, boss, path) == (1, 1)
    assert list(people(boss, "&state=disabled")) == ["vi@tallyman.example"]
    imported(app, boss, TABLE, "users")
    assert people(boss, "&state=disabled") == {}


def test_the_trail_names_who_took_an_import_of_people_back(
    app: Flask, boss: Visitor, staff: dict[str, int], world: World
) -> None:
    undone(app, boss, imported(app, boss, TABLE, "users"))
    trail = boss.get("/api/audit?per_page=200").json["rows"]
    shut_out = [row for row in trail if row["action"] == "disabled"]
    assert [row["user_id"] for row in shut_out] == [staff["administrator"]] * 2


def test_people_are_imported_by_administrators_alone(
    app: Flask, boss: Visitor, signed_in: Callable[[str], Visitor], world: World
) -> None:
    path = imported(app, boss, TABLE, "users")
    manager = signed_in("manager")
    assert upload(manager, TABLE, kind="users").status_code == 403
    for address in ("", "/undo", "/problems", "/problems.csv", "/faulty.csv"):
        assert manager.get(f"{path}{address}").status_code == 403, address
    assert manager.ask("PUT", f"{path}/undo").status_code == 403
    assert manager.delete(path).status_code == 403
    assert manager.get(PATH).json["total"] == 0
    assert manager.get(path.replace("/api", "")).status_code == 403
    assert "/imports/new?kind=users" not in manager.get("/imports/new").get_data(as_text=True)
    assert boss.get(PATH).json["total"] == 1
