"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from kb.api.guide import api_guide
from kb.portal.health import healthz, readyz
from kb.portal.views.binned import binned_record

urlpatterns = [
    # What is asked for most stands first: addresses are tried one after the other.
    path("", include("kb.search.urls")),
    # Before the administration's own addresses, which end in one that takes everything.
    path("admin/", include("kb.portal.staff_urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("bin/<str:kind>/<int:pk>/", binned_record, name="binned_record"),
    path("", include("kb.portal.urls")),
    path("", include("kb.portal.people_urls")),
    path("", include("kb.foundation.urls")),
    path("api/", api_guide, name="api_guide"),
    path("api/v1/", include("kb.api.urls")),
    path("", include("kb.files.urls")),
    path("", include("kb.engagement.urls")),
    path("", include("kb.todos.urls")),
    # Before the articles, whose /write/<kind>/ would catch /write/touch/.
    path("", include("customers.urls")),
    path("", include("customers.transfer_urls")),
    path("", include("kb.meetings.urls")),
    path("", include("kb.communities.urls")),
    path("", include("kb.articles.urls")),
]

handler400 = "kb.foundation.errors.bad_request"
handler403 = "kb.foundation.errors.permission_denied"
handler404 = "kb.foundation.errors.page_not_found"
handler500 = "kb.foundation.errors.server_error"
