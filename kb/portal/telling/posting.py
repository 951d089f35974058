"""Posts a message to a room of a chat tool. The only module that calls out of the company.

It carries a title and a link, follows no redirect, and gives up after ``TIMEOUT_S``.
"""

import http.client
import json
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from kb.portal.telling.addresses import CHATWORK_HOST, public_address, refusal
from kb.portal.telling.models import Webhook

TIMEOUT_S = 5
_ANSWER_MAX_BYTES = 500
_OK = range(200, 300)


class NotDelivered(Exception):
    """The room did not take the message; the words say why."""


@dataclass(frozen=True)
class Parcel:
    """A request as it leaves."""

    host: str
    path: str
    headers: dict[str, str]
    body: bytes


def parcel_for(webhook: Webhook, *, title: str, url: str) -> Parcel:
    """The message in the words of the room's service. Raises ``NotDelivered`` for a bad address."""
    words = refusal(webhook.service, webhook.address, webhook.token)
    if words:
        raise NotDelivered(words)
    if webhook.service == Webhook.Service.CHATWORK:
        return _for_chatwork(webhook, f"{title}\n{url}")
    payload = (
        {"text": f"<{url}|{_slack_text(title)}>"}
        if webhook.service == Webhook.Service.SLACK
        else _card(title, url)
    )
    parts = urlsplit(webhook.address)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return Parcel(
        host=(parts.hostname or "").lower(),
        path=path,
        headers={"Content-Type": "application/json; charset=utf-8"},
        body=json.dumps(payload, ensure_ascii=False).encode(),
    )


def post(parcel: Parcel) -> None:
    """Deliver it. Raises ``NotDelivered``; a slow answer is given up, whatever it would say."""
    problems: list[str] = []
    done = threading.Event()

    def deliver() -> None:
        try:
            _deliver(parcel)
        except NotDelivered as error:
            problems.append(str(error))
        except socket.gaierror:
            problems.append(
                _("%(host)s という名前のサーバーが見つかりません。") % {"host": parcel.host}
            )
        except (OSError, http.client.HTTPException, ValueError) as error:
            problems.append(_("つながりませんでした（%(reason)s）。") % {"reason": error})
        done.set()

    # A thread, because a server that answers one byte at a time never meets a socket's time-out.
    threading.Thread(target=deliver, daemon=True).start()
    if not done.wait(TIMEOUT_S):
        raise NotDelivered(
            _("%(seconds)d秒待っても返事がありませんでした。") % {"seconds": TIMEOUT_S}
        )
    if problems:
        raise NotDelivered(problems[0])


def _deliver(parcel: Parcel) -> None:
    connection = _Pinned(parcel.host, timeout=TIMEOUT_S)
    try:
        connection.request("POST", parcel.path, parcel.body, parcel.headers)
        answer = connection.getresponse()
        answer.read(_ANSWER_MAX_BYTES)
        if answer.status not in _OK:
            raise NotDelivered(_("HTTP %(status)d と返ってきました。") % {"status": answer.status})
    finally:
        connection.close()


class _Pinned(http.client.HTTPSConnection):
    """Calls the very address that was checked: the name may lead elsewhere a moment later."""

    def connect(self) -> None:
        address = public_address(self.host)
        if address is None:
            raise NotDelivered(_("社内のアドレスには届けません。"))
        plain = socket.create_connection((address, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def _for_chatwork(webhook: Webhook, text: str) -> Parcel:
    return Parcel(
        host=CHATWORK_HOST,
        path=f"/v2/rooms/{webhook.address}/messages",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-ChatWorkToken": webhook.token,
        },
        body=urlencode({"body": text}).encode(),
    )


def _slack_text(title: str) -> str:
    for letter, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "｜")):
        title = title.replace(letter, name)
    return title


def _card(title: str, url: str) -> dict[str, object]:
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": title, "wrap": True}],
        "actions": [{"type": "Action.OpenUrl", "title": _("ひらく"), "url": url}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"type": "message", "attachments": [attachment]}
