"""A mail server for the tests: takes what it is given, or refuses as it is told, in a thread of its own."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from app.config import Post


class Mailbox(socketserver.ThreadingTCPServer):
    """What came in, and with which words recipients are refused."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.letters: list[EmailMessage] = []
        self.refusal = ""

    @property
    def post(self) -> Post:
        """How to reach it."""
        port = int(self.server_address[1])
        return Post("127.0.0.1", port, "Tallyman <stock@tallyman.example>", tls="none")


class Conversation(socketserver.StreamRequestHandler):
    """The few words of SMTP (RFC 5321) that a client needs."""

    server: Mailbox

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                self.say(self.server.refusal or "250 OK")
            elif verb == b"DATA":
                self.take()
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 OK")

    def take(self) -> None:
        self.say("354 go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.server.letters.append(letter)
        self.say("250 taken")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """A server on a free port of this machine, gone after the block."""
    with Mailbox() as mailbox:
        thread = threading.Thread(target=mailbox.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield mailbox
        mailbox.shutdown()
        thread.join()
