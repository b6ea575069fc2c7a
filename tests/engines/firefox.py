"""Firefox without a window, driven by its own Marionette: no other program is needed."""

import json
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.engines.webdriver import SCRIPT_LIMIT_MS, Driven, Refused

START_S = 60
END_S = 20
PREFERENCES = {
    "marionette.port": 0,
    "network.disable-localhost-when-offline": True,
    "intl.accept_languages": "en-GB",
    "app.update.auto": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.startup.page": 0,
    "toolkit.startup.max_resumed_crashes": -1,
}
OFFLINE = "() => { Services.io.offline = %s }"


class Firefox(Driven):
    """One Firefox on one profile."""

    def __init__(self, path: str, profile: Path) -> None:
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()
        ]
        profile.mkdir(exist_ok=True)
        (profile / "user.js").write_text("\n".join(lines))
        door = profile / "MarionetteActivePort"
        door.unlink(missing_ok=True)
        options = ["--marionette", "--headless", "--no-remote", "--remote-allow-system-access"]
        command = [path, *options, "--profile", str(profile), "about:blank"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wire = socket.create_connection(("127.0.0.1", self.port_at(door)), timeout=START_S)
        self.answers = self.wire.makefile("rb")
        self.number = 0
        self.read()
        self.ask("NewSession", capabilities={})
        self.ask("SetTimeouts", script=SCRIPT_LIMIT_MS)

    def port_at(self, door: Path) -> int:
        """The port that Firefox writes into its profile as soon as it listens."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            if door.exists() and (text := door.read_text()):
                return int(text)
            time.sleep(0.05)
        self.process.kill()
        raise AssertionError("Firefox did not start")

    def reload(self) -> None:
        """Marionette's own way passes the service worker by, as no button of Firefox does."""
        self.evaluate("() => { window.isOld = true; setTimeout(() => location.reload()) }")
        deadline = time.monotonic() + START_S
        while self.is_old():
            assert time.monotonic() < deadline, "the page did not load anew"
            time.sleep(0.05)

    def is_old(self) -> bool:
        try:
            return bool(self.evaluate("() => window.isOld === true || document.readyState !== 'complete'"))
        except Refused:  # in the middle of it
            return True

    def ask(self, command: str, **given: Any) -> Any:
        return self.send(f"WebDriver:{command}", given)

    def send(self, command: str, given: dict[str, Any]) -> Any:
        self.number += 1
        message = json.dumps([0, self.number, command, given]).encode()
        self.wire.sendall(b"%d:%b" % (len(message), message))
        _kind, _number, problem, answer = self.read()
        if problem:
            raise Refused(f"{command}: {problem['error']}: {problem['message']}")
        return answer["value"] if isinstance(answer, dict) and set(answer) == {"value"} else answer

    def read(self) -> Any:
        """The next message: its length, a colon, JSON."""
        length = b""
        while (digit := self.answers.read(1)) != b":":
            if not digit:
                raise Refused("Firefox hung up")
            length += digit
        return json.loads(self.answers.read(int(length)))

    def lose_network(self) -> None:
        self.in_the_browser(OFFLINE % "true")

    def find_network(self) -> None:
        self.in_the_browser(OFFLINE % "false")

    def in_the_browser(self, function: str) -> None:
        """Call a function in the browser's own context rather than the page's."""
        self.send("Marionette:SetContext", {"value": "chrome"})
        self.evaluate(function)
        self.send("Marionette:SetContext", {"value": "content"})

    def end(self) -> None:
        try:
            self.send("Marionette:Quit", {"flags": ["eForceQuit"]})
            self.process.wait(END_S)
        finally:
            self.process.kill()
            self.process.wait()
            self.answers.close()
            self.wire.close()
