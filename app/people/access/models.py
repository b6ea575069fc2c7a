"""Tables of what lets people in. Times are whole milliseconds since 1970, UTC."""

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class SignIn(Base):
    """A server-side session: the cookie holds a random token, this row its hash."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(255), default="")


class EntryLink(Base):
    """A link that opens the door once, so that a person can choose a password; the row holds its digest."""

    __tablename__ = "entry_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class SecondFactor(Base):
    """What a person proves beside the password: six digits that their own app makes of a shared secret."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(255), default="")
    """Sealed with the server's secret key; empty while only the time of grace runs."""
    confirmed_at: Mapped[int | None] = mapped_column(BigInteger)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The half minute of the last code that was taken: none of it or before is taken again."""
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    """Until when the person may come in without one where it is required."""


class RecoveryCode(Base):
    """A code that stands once for the second factor; the row holds its digest."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class PersonalToken(Base):
    """What a program shows to act for a person, within a scope and until a day; the row holds its digest."""

    __tablename__ = "personal_token"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(8))
    """The last signs, by which its owner knows it again."""
    scopes: Mapped[str] = mapped_column(String(255))
    """Words with a space between."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)
    used_from: Mapped[str] = mapped_column(String(64), default="")
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)
