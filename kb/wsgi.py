"""What gunicorn serves: ``kb.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")

application = get_wsgi_application()

# The application must be loaded first: tasks and checks need the settings.
from kb import celery  # noqa: E402
from kb.checks import refuse_unsafe_production  # noqa: E402

refuse_unsafe_production()
celery.load_transport()
