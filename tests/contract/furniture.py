"""What a house holds beside what its interface is asked about, so that each page has something to show."""

import io
import re

from PIL import Image

from tests.contract.house import House, work


def furnish_further(house: House) -> House:
    """A pack, a photograph, an own field, a recount, a merged item, an import carried out, an invitation."""
    administrator = house.visitors["administrator"]
    first, second, third, *_ = house.known["item"]
    tray = {"name": "tray", "factor": "6"}
    pack = administrator.post(f"/api/items/{first}/packs", json=tray).json["packs"][-1]["id"]
    administrator.post(f"/items/{first}/photo", data=picture(administrator.csrf_token))
    administrator.post("/items/fields/new", data={"name": "Shelf life", "kind": "number", "unit": "days"})
    administrator.post(f"/discrepancies/{house.known['number'][0]}/recount")
    administrator.post(f"/items/{third}/merge", data={"survivor": second})
    administrator.post(f"/imports/{house.known['import_id'][0]}/run", data={"skip_faulty": "1"})
    invited = administrator.post("/devices/new", data={"name": "Tablet 9"}).text
    work(house.app)
    invite = re.findall(r"/devices/invites/(\w{32})", invited)
    house.known |= {"pack_id": [pack], "field_id": [1], "merged": [third], "invite_id": invite}
    return house


def picture(csrf_token: str) -> dict[str, object]:
    """The form that gives an item a photograph."""
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "#b63").save(drawn, "JPEG")
    drawn.seek(0)
    return {"photo": (drawn, "tea.jpg"), "csrf_token": csrf_token}
