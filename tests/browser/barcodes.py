"""Barcodes drawn for the tests, and films of them for a camera that is not there."""

import base64
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

FRONT_END = Path(__file__).parents[2] / "app" / "static" / "pwa"
FRAME = (1280, 720)
TABLE = (196, 190, 178)
"""The colour of what the labels lie on."""


@dataclass(frozen=True)
class Code:
    """One barcode to draw; ``options`` may be ``gs1``, ``scale`` is points a module."""

    text: str
    format: str
    options: str = ""
    scale: int = 4


def node() -> str:
    beside = Path(sys.executable).parent / "node"
    return str(beside) if beside.exists() else shutil.which("node") or "node"


def draw(codes: Iterable[Code]) -> list[Image.Image]:
    """A picture of each code on white, with its quiet zone."""
    script = FRONT_END / "tests" / "scan" / "draw-codes.mjs"
    asked = json.dumps([vars(code) for code in codes])
    answer = subprocess.run([node(), script], input=asked, capture_output=True, text=True, check=True)
    pictures = json.loads(answer.stdout)
    return [Image.open(io.BytesIO(base64.b64decode(one))).convert("RGB") for one in pictures]


def scene(*placed: tuple[Image.Image, tuple[int, int]], degrees: float = 0) -> Image.Image:
    """A frame with labels whose middles lie at these points, turned as a whole."""
    frame = Image.new("RGB", FRAME, TABLE)
    for label, (x, y) in placed:
        frame.paste(label, (x - label.width // 2, y - label.height // 2))
    return frame.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=TABLE)


def centred(label: Image.Image, degrees: float = 0) -> Image.Image:
    """A frame with one label in the middle."""
    return scene((label, (FRAME[0] // 2, FRAME[1] // 2)), degrees=degrees)


def film(path: Path, scenes: Iterable[tuple[Image.Image, int]]) -> Path:
    """Motion JPEG of each scene for so many frames; Chromium plays it over and over at 30 a second."""
    with path.open("wb") as file:
        for picture, frames in scenes:
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=88, progressive=False)
            file.write(buffer.getvalue() * frames)
    return path
