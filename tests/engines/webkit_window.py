#!/usr/bin/python3
"""WebKitGTK in one window under automation, on a profile that stays: the browser that WebKit brings forgets.

WebKitWebDriver starts it with the profile's folder; it runs in the system's Python, which has the bindings.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402 - the versions come first


def main(profile: str) -> None:
    """Wait for the driver, and open a view whenever it wants one."""
    store = WebKit2.WebsiteDataManager(
        base_data_directory=f"{profile}/data", base_cache_directory=f"{profile}/cache"
    )
    context = WebKit2.WebContext.new_with_website_data_manager(store)
    context.set_preferred_languages(["en-GB"])
    context.set_automation_allowed(True)
    context.connect(
        "automation-started", lambda _, session: session.connect("create-web-view", open_view, context)
    )
    Gtk.main()


def open_view(_session: WebKit2.AutomationSession, context: WebKit2.WebContext) -> WebKit2.WebView:
    """A view of a phone's size."""
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    window = Gtk.Window(default_width=390, default_height=844)
    window.add(view)
    window.show_all()
    return view


if __name__ == "__main__":
    main(sys.argv[1])
