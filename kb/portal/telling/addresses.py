"""Which addresses outside the company the server may call: those of known chat tools, no others.

The server never fetches an address that a user typed; these are typed by admins, and still only
hosts of this list are called, over TLS, and only where the name leads to a public address.
"""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

SUFFIXES = {
    "slack": ("hooks.slack.com",),
    "teams": (".webhook.office.com", ".logic.azure.com", ".api.powerplatform.com"),
}
CHATWORK_HOST = "api.chatwork.com"
_ROOM = re.compile(r"[0-9]{1,15}\Z", re.ASCII)
_HTTPS_PORT = 443


def refusal(service: str, address: str, token: str) -> str:
    """Why the address of a room cannot be used, as a sentence; empty when it can."""
    if service == "chatwork":
        if not _ROOM.match(address):
            return _("Chatwork では、部屋の番号（数字だけ）を入れてください。")
        return "" if token else _("Chatwork では、API トークンも入れてください。")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return _("URL を確かめてください。")
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or not host or port not in (None, _HTTPS_PORT) or parts.username:
        return _("https:// で始まる、ふつうの URL を入れてください。")
    if not is_known_host(service, host):
        return _(
            "%(host)s には届けられません。%(service)s の Webhook の URL を入れてください。"
        ) % {
            "host": host,
            "service": service.capitalize(),
        }
    return ""


def is_known_host(service: str, host: str) -> bool:
    """Whether the host belongs to the chat tool, or the operator allowed it by KB_WEBHOOK_HOSTS."""
    if host in settings.WEBHOOK_HOSTS:
        return True
    return any(
        host.endswith(suffix) if suffix.startswith(".") else host == suffix
        for suffix in SUFFIXES.get(service, ())
    )


def public_address(host: str) -> str | None:
    """An address the name leads to; None if any is private or reserved. Raises ``OSError``."""
    found = socket.getaddrinfo(host, _HTTPS_PORT, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in found]
    if not all(ipaddress.ip_address(address).is_global for address in addresses):
        return None
    return addresses[0]
