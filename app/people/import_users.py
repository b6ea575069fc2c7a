"""Tables of people: what the machine of imports must know of them. Who is new is invited by it, no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from app.imports.journal import CREATED, Entry, Journal, taken_back
from app.imports.kinds import Field, Kind, ReadRow, parsed_choice
from app.imports.plan import Plan
from app.people.access.entry_links import withdraw_links
from app.people.access.sign_ins import revoke_all
from app.people.import_people import (
    Change,
    Person,
    apply,
    former,
    people_by_email,
    people_by_id,
    restored,
    shown,
)
from app.people.roles import TOP
from app.people.sites import known_sites
from app.people.users import (
    add_user,
    change_sites,
    disable_user,
    enable_user,
    in_charge,
    leaves_nobody,
)
from app.values.fields import email_problem
from app.values.text import BadText, clean_line
from app.words import t

ROWS_AT_ONCE = 200

ROLE_WORDS = {
    "administrator": ("admin", "owner", "verwalter", "administrateur", "administrador"),
    "manager": ("supervisor", "lead", "leiter", "leiterin", "chef", "responsable"),
    "operator": ("picker", "worker", "staff", "user", "mitarbeiter", "bediener", "operateur", "operador"),
    "viewer": ("read only", "readonly", "guest", "betrachter", "leser", "lecteur", "lector"),
}
ALL_SITES = ("all", "*", "every", "alle", "toutes", "todos")
SEVERAL = "|"

EXAMPLE = (
    ("email", "name", "role", "sites"),
    ("ana@example.com", "Ana Prieto", "manager", "all"),
    ("ben@example.com", "Ben Okafor", "operator", "MAIN"),
    ("chi@example.com", "Chi Tran", "viewer", "MAIN | NORTH"),
)


@dataclass
class Seen:
    """Who imports, and the addresses of the rows above."""

    user_id: int
    emails: dict[str, int] = field(default_factory=dict)


def parsed_email(text: str) -> str:
    """An e-mail address in small letters. Raises BadText."""
    address = clean_line(text, 254).casefold()
    if problem := email_problem(address):
        raise BadText(problem)
    return address


def parsed_sites(text: str) -> tuple[str, ...] | None:
    """Codes of sites with ``|`` between them; None for all. Raises BadText."""
    if text.strip().casefold() in ALL_SITES:
        return None
    return tuple(code for part in text.split(SEVERAL) if (code := clean_line(part, 64)))


FIELDS = (
    Field("email", "e mail|mail|email address|address|login|user|adresse|correo|courriel", parsed_email),
    Field(
        "name", "full name|person|user name|display name|nom|nombre|nome", lambda text: clean_line(text, 100)
    ),
    Field("role", "rights|access|group|rolle|rol|ruolo", lambda text: parsed_choice(text, ROLE_WORDS)),
    Field("sites", "site|warehouse|warehouses|standort|standorte|lager", parsed_sites),
)


class UserRules:
    """What a table of people does."""

    def mapping_problems(self, columns: Sequence[str], mode: str) -> list[str]:
        """The address tells whom a row means; new people need a name and a role."""
        needed = ["email"] if mode == "update" else ["email", "name", "role"]
        return [t(f"people.mapping_needs_{name}") for name in needed if name not in columns]

    def memory(self, user_id: int) -> Seen:
        """Who imports, and the addresses of the rows above."""
        return Seen(user_id)

    def plan(self, connection: Connection, rows: Sequence[ReadRow], memory: Seen, mode: str) -> Plan:
        """Who is invited, who is changed, which rows fail."""
        plan = Plan()
        present = people_by_email(connection, [row.values.get("email", "") for row in rows])
        shut_out = taken_back(connection, "users", [each.id for each in present.values() if each.disabled])
        sites = {site.code: site.id for site in known_sites(connection)}
        for row in rows:
            wanted = self.wanted(row, present, sites, plan)
            if wanted is not None and may_be(row, wanted, memory, mode, plan):
                file_away(wanted, present.get(wanted.email), wanted.id in shut_out, plan)
        return plan

    def wanted(
        self, row: ReadRow, present: Mapping[str, Person], sites: Mapping[str, int], plan: Plan
    ) -> Person | None:
        """The person as the row wants them; what is blank stays as it is."""
        values: Mapping[str, Any] = row.values
        found = present.get(values.get("email", ""))
        if "email" not in values:
            plan.refuse(row.number, "email", "", t("people.row_no_email"))
        for name in ("name", "role"):
            if found is None and name not in values:
                plan.refuse(row.number, name, "", t(f"people.row_no_{name}"))
        codes = values.get("sites")
        for code in codes or ():
            if code not in sites:
                plan.refuse(row.number, "sites", code, t("people.row_site_unknown", code=code))
        if row.number in plan.faulty:
            return None
        chosen = tuple(sorted(sites[code] for code in codes)) if codes else None
        if "sites" not in values and found is not None:
            chosen = found.sites
        base = found or Person(0, values["email"], "", "")
        name, role = values.get("name", base.name), values.get("role", base.role)
        return Person(base.id, base.email, name, role, chosen, base.disabled, base.came_in)

    def write(self, connection: Connection, plan: Plan, journal: Journal) -> None:
        """Invite who is new; a link for each is made on their own page."""
        made = []
        for person in plan.new:
            user_id = add_user(connection, person.email, person.name, person.role)
            if person.sites is not None:
                change_sites(connection, user_id, False, person.sites)
            made.append(user_id)
        journal.created(connection, made)
        for change in plan.changes:
            if change.returns:
                enable_user(connection, change.after.id)
            apply(connection, change.before, change.after)
        journal.changed(connection, [(each.before.id, journal.now, former(each)) for each in plan.changes])

    def kept(self, connection: Connection, entries: Sequence[Entry]) -> Mapping[int, str]:
        """Who has come in since, or was changed since, stays as they are; and somebody stays in charge."""
        people = people_by_id(connection, [int(entry.subject) for entry in entries])
        reasons = {}
        leaving = in_charge(connection)
        for entry in entries:
            person = people.get(int(entry.subject))
            if person is None:
                continue
            demoted = entry.act != CREATED and person.role == TOP and entry.former["before"]["role"] != TOP
            if entry.act == CREATED and person.came_in:
                reasons[entry.id] = t("people.undo_came_in", name=person.name)
            elif entry.act != CREATED and shown(person) != entry.former["after"]:
                reasons[entry.id] = t("imports.changed_since", code=person.name)
            elif demoted and leaves_nobody(leaving, is_one=person.came_in, stays=False):
                reasons[entry.id] = t("people.last_administrator")
            else:
                leaving -= demoted and person.came_in
        return reasons

    def undo(self, connection: Connection, entries: Sequence[Entry], _journal: Journal) -> None:
        """Shut out who was invited, give who was changed their former name, role and sites."""
        people = people_by_id(connection, [int(entry.subject) for entry in entries])
        for entry in entries:
            person = people.get(int(entry.subject))
            if person is None:
                continue
            if entry.act == CREATED or entry.former["before"]["disabled"]:
                withdraw_links(connection, person.id)
                disable_user(connection, person.id)
                revoke_all(person.id)
            if entry.act != CREATED:
                apply(connection, person, restored(person, entry))


def may_be(row: ReadRow, wanted: Person, seen: Seen, mode: str, plan: Plan) -> bool:
    """Whether a row may do what it asks for: once a person, within the mode, and never to one's own role."""
    first = seen.emails.setdefault(wanted.email, row.number)
    if first != row.number:
        plan.refuse(
            row.number, "email", wanted.email, t("catalog.row_code_again", code=wanted.email, row=first)
        )
    elif mode == "create" and wanted.id:
        plan.refuse(row.number, "email", wanted.email, t("people.email_taken"))
    elif mode == "update" and not wanted.id:
        plan.refuse(row.number, "email", wanted.email, t("people.row_unknown"))
    elif wanted.id == seen.user_id and wanted.role != TOP:
        plan.refuse(row.number, "role", wanted.role, t("people.row_own_role"))
    return row.number not in plan.faulty


def file_away(wanted: Person, found: Person | None, returns: bool, plan: Plan) -> None:
    """Put a person who is in order where they belong in the plan."""
    if found is None:
        plan.new.append(wanted)
    elif wanted == found and not returns:
        plan.unchanged += 1
    else:
        plan.changes.append(Change(found, wanted, returns))


USERS = Kind(
    name="users",
    role="administrator",
    fields=FIELDS,
    rules=UserRules(),
    example=EXAMPLE,
    icon="users",
    list_page="users_pages.people",
    part_rows=ROWS_AT_ONCE,
)
