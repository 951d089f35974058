"""``python -m kb.portal.probe PATH``: asks the web server in this container, exit code 0 for 2xx.

Loads no Django, so that a health check every few seconds stays cheap.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException  # noqa: TID251 (our own server, no typed address)

_PORT = 8000
_TIMEOUT_S = 4


def main(path: str) -> int:
    """Ask as the proxy would: by the public name, as if through TLS."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = HTTPConnection("127.0.0.1", _PORT, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        connection.close()
    return 0 if 200 <= status < 300 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
