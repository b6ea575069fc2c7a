"""Office pages of the stock: live, by item, by lot, by serial; and what forms offer while one types."""

from flask import Blueprint, Response, render_template, request

from app.catalog.changes import known
from app.catalog.items import merged_into
from app.catalog.shelf import shelf
from app.clock import now_ms
from app.database import reading
from app.lists.exports import asked_kind, download
from app.people.guard import require_role, viewer_sites
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.stock.levels.balance_plot import plot_of, steps
from app.stock.levels.cell_list import (
    SERIAL_STATES,
    cell_page,
    cells_asked,
    found_cells,
    found_serials,
    serial_page,
    serials_asked,
    sites_shown,
)
from app.stock.levels.item_stock import (
    LOT_STATES,
    SERIALS_MOST,
    changes_of,
    found_lots,
    lot_page,
    lot_totals,
    lots_asked,
    serials_at_home,
    urgency,
)
from app.stock.levels.level_list import STATES
from app.stock.levels.serial_history import serial_history
from app.stock.levels.tables_out import cells_table, lots_table, serials_table
from app.stock.typed_codes import item_choices, place_choices
from app.values.numbers import HIGHEST_ID, bounded_number
from app.values.zones import house_day
from app.web.errors import Refusal
from app.words import t

pages = Blueprint("stock", __name__)

STANDING_MOST = 500
SIGHTINGS_MOST = 200


@pages.route("/stock")
@require_role("viewer")
def live() -> str:
    """Stock by item and location, changing by itself as phones sync."""
    return render_template("stock/live.html", sees_all=viewer_sites() is None)


@pages.route("/stock/choices/items")
@require_role("viewer")
def item_options() -> str:
    """Items that a form offers for what was typed so far."""
    with reading() as connection:
        return render_template("stock/options.html", choices=item_choices(connection, _typed()))


@pages.route("/stock/choices/places")
@require_role("viewer")
def place_options() -> str:
    """Places that a form offers for what was typed so far."""
    with reading() as connection:
        return render_template("stock/options.html", choices=place_choices(connection, _typed()))


def _typed() -> str:
    """What stands in the field that asks."""
    return request.args.get(request.args.get("field", ""), "").strip()[:200]


@pages.route("/stock/items/<int:item_id>")
@require_role("viewer")
def item_stock(item_id: int) -> str:
    """One item: every place, lot and serial, and what was on hand when."""
    now = now_ms()
    with reading() as connection:
        record = known(connection, item_id)
        family = [item_id, *merged_into(connection, item_id)]
        standing = shelf().of_items(connection, family, STANDING_MOST)
        total = sum(shelf().on_hand(connection, family).values())
        history = steps(changes_of(connection, family), total)
        serials = serials_at_home(connection, family, _searched())
    return render_template(
        "stock/item_stock.html",
        item=record,
        total=total,
        standing=standing,
        standing_most=STANDING_MOST,
        lots=lot_totals(standing),
        plot=plot_of(history, now),
        serials=serials,
        serials_most=SERIALS_MOST,
        searched=_searched(),
        urgency=urgency,
        today=house_day(now),
    )


@pages.route("/lots")
@require_role("viewer")
@list_page
def lots() -> Response | str:
    """Every lot, the first to expire first."""
    listing, today = lots_asked(request.args), house_day(now_ms())
    if kind := asked_kind():
        return download(as_seen(lots_table(found_lots(listing, today))), kind)
    with reading() as connection:
        page = lot_page(connection, listing, today)
    return render_template("stock/lots.html", page=page, urgency=urgency, today=today, states=LOT_STATES)


@pages.route("/stock/list")
@require_role("viewer")
@list_page
def cells() -> Response | str:
    """What lies where, in pages; with ``as`` all of it as a file."""
    with reading() as connection:
        sites = sites_shown(connection)
        listing = cells_asked(request.args, sites)
        if kind := asked_kind():
            return download(as_seen(cells_table(found_cells(connection, listing))), kind)
        page = cell_page(connection, listing)
    return render_template(
        "stock/cells.html", page=page, sites=sites, urgency=urgency, today=house_day(now_ms()), states=STATES
    )


@pages.route("/serials")
@require_role("viewer")
@list_page
def serials() -> Response | str:
    """Every serial and where it is."""
    listing = serials_asked(request.args)
    if kind := asked_kind():
        return download(as_seen(serials_table(found_serials(listing))), kind)
    with reading() as connection:
        page = serial_page(connection, listing)
    return render_template("stock/serials.html", page=page, states=SERIAL_STATES)


@pages.route("/stock/serials")
@require_role("viewer")
def serial() -> str:
    """Where one serial is, and everywhere it was seen."""
    item, number = request.args.get("item", ""), request.args.get("serial", "")[:64]
    item_id = bounded_number(item, 0, HIGHEST_ID)
    if item_id is None or not number:
        raise Refusal(404, "not_found", t("exchange.unknown_serial"))
    with reading() as connection:
        record = known(connection, item_id)
        history = serial_history(connection, record.id, number, SIGHTINGS_MOST)
    return render_template("stock/serial.html", item=record, history=history, most=SIGHTINGS_MOST)


def _searched() -> str:
    """The beginning of a serial that is searched for."""
    return request.args.get("q", "").strip()[:64]
