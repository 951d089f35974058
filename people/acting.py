"""The colleague behind a request."""

from django.http import HttpRequest

from people.models import Person


def acting(request: HttpRequest) -> Person:
    """The person who is signed in; views ask only where the middleware lets nobody else in."""
    if not isinstance(request.user, Person):
        raise TypeError("acting() was called for a request without a signed-in person")
    return request.user
