"""The application: wiring, nothing else."""

from flask import Flask

from app.config import Settings, settings_from
from app.database import init_database
from app.errors import register_errors


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from its settings; the environment decides where none are given."""
    app = Flask(__name__)
    app.config.update((settings or settings_from()).flask())
    init_database(app)
    register_errors(app)
    return app
