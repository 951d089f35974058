"""部署: the tree, and a department's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kb.portal.department_page import department_page
from kb.portal.directory import Branch, department_tree
from people.acting import acting
from people.models import Department, Person
from people.querysets import attach_departments


@require_safe
def department_list(request: HttpRequest) -> HttpResponse:
    """All open departments as a tree, with what they do and who leads them."""
    tree = department_tree()
    attach_departments(_heads(tree))
    return render(request, "people/department_list.html", {"tree": tree})


def _heads(tree: list[Branch]) -> list[Person]:
    heads: list[Person] = []
    for branch in tree:
        if branch.department.head is not None:
            heads.append(branch.department.head)
        heads += _heads(branch.children)
    return heads


@require_safe
def department_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A department; a closed one says so and stays readable."""
    department = get_object_or_404(Department.objects.select_related("head", "parent"), pk=pk)
    page = department_page(department, reader=acting(request))
    return render(
        request, "people/department_detail.html", {"page": page, "department": department}
    )
