"""E-mail: one message to one person, handed to the mail server that the environment names."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

from app.config import Post

TIMEOUT_S = 20


class Undeliverable(Exception):
    """The mail server will not take this message, however often it is handed over; says its own words."""


@dataclass(frozen=True)
class Letter:
    """What is sent: the same in plain text and as a small page."""

    to: str
    subject: str
    plain: str
    page: str


def deliver(letter: Letter, post: Post) -> None:
    """Hand a letter over. Raises Undeliverable; OSError and SMTPException where it may help to try again."""
    message = written(letter, post.sender)
    try:
        with opened(post) as server:
            if post.user:
                server.login(post.user, post.password)
            server.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as refused:
        code, said = reason_of(refused)
        if code >= 500:
            raise Undeliverable(f"{code} {said}") from refused
        raise


def opened(post: Post) -> smtplib.SMTP:
    """A connection, private from its beginning or from STARTTLS on where that is asked for."""
    context = ssl.create_default_context()
    if post.tls == "tls":
        return smtplib.SMTP_SSL(post.host, post.port, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(post.host, post.port, timeout=TIMEOUT_S)
    if post.tls == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def reason_of(refused: smtplib.SMTPException) -> tuple[int, str]:
    """The code and the words with which a server refused."""
    said: bytes | str
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(refused.recipients.values()))
    else:
        assert isinstance(refused, smtplib.SMTPResponseException)
        code, said = refused.smtp_code, refused.smtp_error
    return code, said.decode(errors="replace") if isinstance(said, bytes) else said


def written(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it goes over the wire; a line break in a header raises ValueError."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.plain)
    message.add_alternative(letter.page, subtype="html")
    return message
