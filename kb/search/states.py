"""The states that people filter by, over all kinds."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATES: dict[str, str | Promise] = {
    "published": _("公開"),
    "draft": _("書きかけ"),
    "retired": _("もう使わない"),
    "valid": _("有効な決まり"),
    "revised": _("改定された決まり"),
    "abolished": _("廃止された決まり"),
    "received": _("声：受け取った"),
    "considering": _("声：検討中"),
    "planned": _("声：やる"),
    "done": _("声：できた"),
    "declined": _("声：やらない"),
}
