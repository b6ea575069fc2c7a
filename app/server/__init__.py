"""How gunicorn and eventlet run us: the only place that knows green threads."""
