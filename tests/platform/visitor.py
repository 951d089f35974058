"""A visitor who reads pages and fills in forms over HTTP, with cookies, for tests."""

import dataclasses
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

_CHOICES = ("checkbox", "radio", "submit")


@dataclasses.dataclass
class Form:
    """One form of a page with the values it would send."""

    method: str = "get"
    action: str = ""
    values: dict[str, str] = dataclasses.field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(values.get("method", "get").lower(), values.get("action", "")))
        elif tag in ("input", "textarea") and self.found and values.get("type") not in _CHOICES:
            self.found[-1].values[values.get("name", "")] = values.get("value", "")


class Visitor:
    """Keeps cookies between requests, and fails on any answer but 2xx after redirects."""

    def __init__(self, base: str) -> None:
        self.base = base
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.address = ""

    def read(self, path: str) -> str:
        """The page at the path."""
        return self._send(urllib.parse.urljoin(self.base, path), None)

    def fill(self, path: str, field: str, **values: str) -> str:
        """Send the form of the page that has the field; gives the page one arrives at."""
        page = self.read(path)
        parser = _Forms()
        parser.feed(page)
        form = next(form for form in parser.found if form.method == "post" and field in form.values)
        body = urllib.parse.urlencode(form.values | values).encode()
        return self._send(urllib.parse.urljoin(self.address, form.action or self.address), body)

    def _send(self, address: str, body: bytes | None) -> str:
        request = urllib.request.Request(address, data=body, headers={"Referer": address})
        try:
            with self._opener.open(request, timeout=30) as answer:
                self.address = answer.url
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise AssertionError(f"{address}: {error.code}\n{text[:2000]}") from error
