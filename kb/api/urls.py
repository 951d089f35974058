"""Addresses of the API. Its own token takes the place of the sign-in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import re_path

from kb.api.api import api, nothing_here

_addresses, _application, app_name = api.urls
urlpatterns = [*_addresses, re_path("", nothing_here)]
for pattern in urlpatterns:
    view: Any = pattern.callback
    login_not_required(view)
