"""Gzip both ways: answers that are worth it, and request bodies, which may not grow beyond the limit."""

import gzip
import io
import zlib
from collections import OrderedDict

from flask import Flask, Response, current_app, request

from app.web.errors import Refusal
from app.words import t

LEAST_BYTES = 1024
"""Below this the answer fits a packet anyway."""
QUICK = 5
THOROUGH = 9
KEPT_FILES = 128
LARGEST_FILE_BYTES = 8 * 1024 * 1024
SENT_BYTES = "tallyman.sent_bytes"
GZIP_ONLY = 31
"""zlib's name for: a gzip header and nothing else."""

ANSWERS = {"application/json"}
FILES = {
    "text/javascript",
    "application/javascript",
    "text/css",
    "application/wasm",
    "image/svg+xml",
    "application/json",
    "application/manifest+json",
}
"""Pages are not among them: they hold the session's token beside what an address may put there."""


def register_compression(app: Flask) -> None:
    """Unpack bodies before anything reads them, pack answers after everything else."""
    kept: OrderedDict[str, bytes] = OrderedDict()
    app.before_request(unpack_body)

    @app.after_request
    def pack(response: Response) -> Response:
        if not is_packable(response):
            return response
        if response.direct_passthrough:
            return pack_file(response, kept)
        return packed(response, gzip.compress(response.get_data(), QUICK, mtime=0))


def sent_bytes() -> int:
    """The size of the body as it was sent, before anything unpacked it."""
    return int(request.environ.get(SENT_BYTES, request.content_length or 0))


def unpack_body() -> None:
    """Put the plain body in the place of the packed one. Raises Refusal 400, 413 or 415."""
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return
    if coding != "gzip":
        raise Refusal(415, "not_json", t("error.unknown_coding"))
    sent = request.get_data(cache=False)
    plain = inflated(sent, int(current_app.config["MAX_CONTENT_LENGTH"]))
    environ = request.environ
    environ[SENT_BYTES] = len(sent)
    environ["wsgi.input"] = request.stream = io.BytesIO(plain)
    environ["CONTENT_LENGTH"] = str(len(plain))
    environ.pop("HTTP_CONTENT_ENCODING")
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def inflated(packed_bytes: bytes, limit_bytes: int) -> bytes:
    """The plain bytes, of which at most ``limit_bytes`` are ever made. Raises Refusal 400 or 413."""
    unpacker = zlib.decompressobj(GZIP_ONLY)
    try:
        plain = unpacker.decompress(packed_bytes, limit_bytes + 1)
    except zlib.error as error:
        raise Refusal(400, "bad_request", t("error.bad_gzip")) from error
    if len(plain) > limit_bytes:
        raise Refusal(413, "too_large", t("error.too_large"))
    if not unpacker.eof or unpacker.unused_data:
        raise Refusal(400, "bad_request", t("error.bad_gzip"))
    return plain


def is_packable(response: Response) -> bool:
    """Whether packing is allowed, asked for and worth while."""
    if response.status_code != 200 or request.method == "HEAD" or "Content-Encoding" in response.headers:
        return False
    if not request.accept_encodings.quality("gzip"):
        return False
    if response.direct_passthrough:
        size = response.content_length or 0
        return response.mimetype in FILES and LEAST_BYTES <= size <= LARGEST_FILE_BYTES
    if response.is_streamed or response.mimetype not in ANSWERS:
        return False
    return (response.calculate_content_length() or 0) >= LEAST_BYTES


def pack_file(response: Response, kept: OrderedDict[str, bytes]) -> Response:
    """Pack a file once, thoroughly, and keep the result by its entity tag."""
    tag, _weak = response.get_etag()
    response.direct_passthrough = False
    file = response.response
    key = f"{request.path} {tag}"
    content = kept.get(key) if tag else None
    if content is None:
        content = gzip.compress(response.get_data(), THOROUGH, mtime=0)
        kept[key] = content
        if len(kept) > KEPT_FILES:
            kept.popitem(last=False)
    if hasattr(file, "close"):
        file.close()
    return packed(response, content)


def packed(response: Response, content: bytes) -> Response:
    """The response with packed content, and the headers that say so."""
    tag, _weak = response.get_etag()
    response.set_data(content)
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    response.vary.add("Accept-Encoding")
    if tag:
        response.set_etag(tag, weak=True)
    return response
