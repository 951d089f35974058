"""The lists of libraries are complete: they are installed without asking what else is needed."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kb.preflight import ROOT


def locked(file: str) -> Iterator[Requirement]:
    """The requirements of a list that count on this machine."""
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement


def needed(name: str) -> Iterator[Requirement]:
    """What a package needs here, its extras left out."""
    for text in requires(name) or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_everything_that_a_library_needs_is_in_the_list(file: str) -> None:
    versions = {canonicalize_name(one.name): str(one.specifier)[2:] for one in locked(file)}
    missing = [
        f"{name} needs {requirement}, the list has {versions.get(need)}"
        for name in versions
        for requirement in needed(name)
        for need in (canonicalize_name(requirement.name),)
        if need not in versions or versions[need] not in requirement.specifier
    ]
    assert len(versions) > 40
    assert missing == []


def test_what_is_installed_is_what_the_list_says() -> None:
    wrong = []
    for requirement in locked("requirements-dev.txt"):
        try:
            if version(requirement.name) not in requirement.specifier:
                wrong.append(f"{requirement.name} {version(requirement.name)}")
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
    assert wrong == []
