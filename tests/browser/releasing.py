"""The application as it is served; its service worker can become that of the next release."""

import os
import re
from pathlib import Path

from flask import Response, request

from wsgi import app

NEXT_RELEASE = "next-release"
"""While a file of this name lies in the home, the next release is out; ``day.py`` names it too."""

OWN_VERSION = re.compile(r'"([0-9a-f]{12})"')


@app.after_request
def of_the_next_release(response: Response) -> Response:
    """The same files under another version."""
    marker = Path(os.environ["TALLYMAN_HOME"]) / NEXT_RELEASE
    if request.path != "/sw.js" or not marker.exists():
        return response
    script = app.view_functions["pwa.service_worker"]().get_data(as_text=True)
    text, changed = OWN_VERSION.subn(r'"\1-newer"', script, count=1)
    assert changed, "the service worker names no version"
    return Response(text, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})
