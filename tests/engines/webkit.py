"""WebKitGTK on a screen that nobody sees, driven by its WebKitWebDriver."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.engines.webdriver import SCRIPT_LIMIT_MS, Driven, Refused
from tests.serving import free_port

WINDOW = Path(__file__).parent / "webkit_window.py"
ANSWER_S = 60
END_S = 20
PATHS = {
    "Navigate": "url",
    "Refresh": "refresh",
    "ExecuteAsyncScript": "execute/async",
    "FindElement": "element",
    "ElementClick": "element/{id}/click",
    "PerformActions": "actions",
    "SetTimeouts": "timeouts",
}


class WebKit(Driven):
    """One WebKitGTK browser on one profile. It cannot be told that it is offline."""

    def __init__(self, driver: str, profile: Path) -> None:
        self.screen = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.screen.stdout
        display = f":{self.screen.stdout.readline().strip()}"
        port = free_port()
        self.process = subprocess.Popen(
            [driver, f"--port={port}"],
            env={**os.environ, "DISPLAY": display, "XDG_RUNTIME_DIR": str(profile.parent)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.door = f"http://127.0.0.1:{port}/session"
        self.wait_for_driver()
        browser = {"binary": str(WINDOW), "args": [str(profile)]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": browser}}
        self.door += f"/{self.post('', capabilities=wanted)['sessionId']}"
        self.ask("SetTimeouts", script=SCRIPT_LIMIT_MS)

    def wait_for_driver(self) -> None:
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.door.replace("/session", "/status"), timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("WebKitWebDriver does not answer")

    def ask(self, command: str, **given: Any) -> Any:
        return self.post(f"/{PATHS[command].format(**given)}", **given)

    def post(self, path: str, **given: Any) -> Any:
        return self.send("POST", path, json.dumps(given).encode())

    def send(self, method: str, path: str, content: bytes | None = None) -> Any:
        request = urllib.request.Request(self.door + path, content, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refusal:
            problem = json.load(refusal)["value"]
            raise Refused(f"{path}: {problem['error']}: {problem['message']}") from refusal

    def lose_network(self) -> None:
        """Only the cable can be pulled."""

    def find_network(self) -> None:
        """Only the cable can be plugged in."""

    def end(self) -> None:
        try:
            self.send("DELETE", "")
        except Refused as answer:  # the window was gone before it could say so
            if "no such window" not in str(answer):
                raise
        finally:
            for process in (self.process, self.screen):
                process.terminate()
                process.wait(END_S)
            assert self.screen.stdout
            self.screen.stdout.close()
