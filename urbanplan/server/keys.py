"""What opens the desk: the token of the address, and the secret of the cookie that it is exchanged for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

HOSTS = ("127.0.0.1", "localhost")


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Keys:
    """Secrets of one run of the server, made anew at each start.

    Attributes:
        port: where the server listens. token: of the address that the terminal shows, as often as it is opened.
        secret: of the cookie. tickets: tokens that open once, for the browser that the server starts: its command
            line can be read by others on the machine.
    """

    port: int
    token: str = field(default_factory=_new_secret)
    secret: str = field(default_factory=_new_secret)
    tickets: set[str] = field(default_factory=set[str])

    @property
    def origin(self) -> str:
        """Scheme, host and port of the desk's own pages."""
        return f"http://{HOSTS[0]}:{self.port}"

    @property
    def address(self) -> str:
        """The address that opens the desk."""
        return f"{self.origin}/?token={self.token}"

    @property
    def cookie_name(self) -> str:
        """Name of the cookie; cookies are shared by all ports of a host."""
        return f"urbanplan-desk-{self.port}"

    def knows_host(self, host: str) -> bool:
        """Whether a Host header names this server."""
        return host.lower() in {f"{name}:{self.port}" for name in HOSTS}

    def knows_origin(self, origin: str) -> bool:
        """Whether an Origin header is one of the desk's own pages."""
        return origin.lower() in {f"http://{name}:{self.port}" for name in HOSTS}

    def new_ticket_address(self) -> str:
        """An address that opens the desk once."""
        ticket = _new_secret()
        self.tickets.add(ticket)
        return f"{self.origin}/?token={ticket}"

    def redeem(self, token: str) -> bool:
        """Whether a token opens the desk; a ticket is used up."""
        if _is_same(token, self.token):
            return True
        ticket = next((one for one in self.tickets if _is_same(token, one)), None)
        self.tickets.discard(ticket or "")
        return ticket is not None

    def opens(self, cookies: str) -> bool:
        """Whether a Cookie header holds the secret."""
        try:
            held = SimpleCookie(cookies).get(self.cookie_name)
        except CookieError:
            return False
        return held is not None and _is_same(held.value, self.secret)

    def cookie(self) -> str:
        """The Set-Cookie header that opens the desk until the browser ends."""
        return f"{self.cookie_name}={self.secret}; Path=/; HttpOnly; SameSite=Strict"


def _is_same(given: str, known: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), known.encode("utf-8"))
