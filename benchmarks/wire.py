"""G6: bytes on the wire, an operation up and a change down, compressed as devices send them."""

import json

from benchmarks.installation import Client, furnish, served
from benchmarks.places import Place
from benchmarks.table import Line

BATCH = 100


def measure(at: Place) -> list[Line]:
    """Push batches of a hundred, then pull everything that changed."""
    furnish(at)
    with served(at) as host:
        client = Client(host, 0)
        client.stock_up(at.sizes.opening)
        head, sid = standing(client)
        pushes = [client.phone.push(BATCH) for _ in range(at.sizes.wire_batches)]
        up = sum(client.push(one) for one in pushes) / (BATCH * len(pushes))
        plain = sum(len(raw) for one in pushes for raw in one.operations) / (BATCH * len(pushes))
        answer, down = client.pull(head, sid)
    rows = sum(len(rows) for rows in answer["changes"].values())
    bare = len(json.dumps(answer, separators=(",", ":"))) / rows
    return [
        Line(
            "G6",
            "bytes an operation up, batches of 100",
            f"{up:.1f}",
            "≤ 40",
            f"{up / plain:.2f} of plain JSON",
        ),
        Line(
            "G6",
            "bytes a change down",
            f"{down / rows:.1f}",
            "≤ 20",
            f"{down / rows / bare:.2f} of plain JSON",
        ),
    ]


def standing(client: Client) -> tuple[int, str]:
    """The feed's head now, and which server this is."""
    answer, _ = client.ask("snapshot", None)
    page, _ = client.pull(answer["cursor"], answer["sid"])
    return page["head"], page["sid"]
