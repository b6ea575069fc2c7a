"""A small application that shows how it is being run."""

import time

from flask import Flask, jsonify, request
from flask_socketio import SocketIO

from app.server import async_mode, run_blocking

app = Flask(__name__)
under_way: list[float] = []
socketio = SocketIO(app, async_mode=async_mode(), cors_allowed_origins=[])


@app.get("/how")
def how() -> object:
    return jsonify(scheme=request.scheme, green=async_mode() != "threading", mode=async_mode())


@app.get("/under-way")
def count() -> str:
    return str(len(under_way))


@app.get("/sleep/<float:seconds>")
def sleep(seconds: float) -> str:
    under_way.append(seconds)
    time.sleep(seconds)
    return "slept"


@app.get("/busy/<float:seconds>")
def work(seconds: float) -> str:
    run_blocking(occupy, seconds)
    return "worked"


def occupy(seconds: float) -> None:
    """Block the whole thread in C, as a hash function does: no green thread can run meanwhile."""
    import ctypes

    ctypes.CDLL(None).usleep(int(seconds * 1_000_000))
