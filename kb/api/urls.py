"""Addresses of the API. Its own token takes the place of the sign-in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required

from kb.api.api import api

urlpatterns, _application, app_name = api.urls
for pattern in urlpatterns:
    view: Any = pattern.callback
    login_not_required(view)
