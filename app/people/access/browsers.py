"""What a browser calls itself, in words: "Chrome on Android"."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""In the order in which they must be asked for: most claim to be those below them as well."""

SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_words(agent: str) -> str:
    """The browser and its system; the first word of the text where neither is known."""
    browser = _first(agent, BROWSERS)
    system = _first(agent, SYSTEMS)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or (agent.split("/")[0].split(" ")[0][:40] or "Unknown browser")


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in known if mark in agent), "")
