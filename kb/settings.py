"""Django settings: one file, values from the environment.

The environment variables and their meaning are listed in README.md. Helpers in ``kb.env`` fail
with a sentence on nonsense, so a typing error never becomes a silent default.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from kb import clock, env

BASE_DIR = Path(__file__).resolve().parent.parent

# Everything that a run writes lies under this folder.
VAR_DIR = env.folder("KB_VAR", default=BASE_DIR / "var")

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret_key("SECRET_KEY", file=VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.flag("KB_HTTPS", default=False)
# Serving a company: kb.checks then refuses weak secrets, DEBUG and a missing host name.
PRODUCTION = env.flag("KB_PRODUCTION", default=HTTPS)

INSTALLED_APPS = [
    # Ours stand first so that our templates and our `test` command win over Django's.
    "kb.foundation",
    "kb.topics",
    "people",
    "kb.files",
    "kb.engagement",
    "kb.todos",
    "customers",
    "kb.articles",
    "kb.meetings",
    "kb.communities",
    "kb.experts",
    "kb.search",
    "kb.portal",
    "kb.api",
    "kb.foundation.outside.TopicTablesConfig",
    "haystack",
    "django_htmx",
    "kb.foundation.outside.SignInGuardConfig",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Above WhiteNoise, so that it also compresses static files that have no compressed twin.
    "kb.foundation.compression.PageGZip",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kb.portal.sqlite.choose_transaction_mode",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kb.portal.signing_in.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kb.foundation.policy.ContentPolicy",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    # Below the policy, so that their pages carry it too.
    "kb.foundation.sizes.limit_requests",
    "kb.foundation.errors.show_page_for_closed_doors",
]

ROOT_URLCONF = "kb.urls"
WSGI_APPLICATION = "kb.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "kb.foundation.templatetags.addresses",
                "kb.foundation.templatetags.fixed",
                "kb.foundation.templatetags.composing",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "kb.foundation.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "kb.foundation.forms.Renderer"
CSRF_FAILURE_VIEW = "kb.foundation.errors.csrf_failure"

# Functions of apps above the frame that it shows: each takes the person.
# unread → int; followed → sequence of FollowedItem; tallies → {address name: number}.
FRAME_SOURCES: dict[str, str] = {
    "unread": "kb.portal.frame.unread",
    "tallies": "kb.portal.frame.tallies",
    "followed": "kb.portal.frame.followed",
}

# What bulk writes of apps below the search call: takes a model label and ids.
BULK_CHANGES = "kb.search.outbox.mark_ids"

# --- Data -----------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", default_file=VAR_DIR / "db.sqlite3")}
DATABASES["default"]["ATOMIC_REQUESTS"] = True

REDIS_URL = env.address("REDIS_URL", default="", schemes=("redis", "rediss", "unix"))
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3},
        }
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
        }
    )
}

MEDIA_ROOT = VAR_DIR / "media"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "kb.foundation.bundles.BundleFinder",
]
# In production `collectstatic` gives every file a name with its hash; else they lie where they are.
STATIC_ROOT = env.folder("KB_STATIC", default=VAR_DIR / "static") if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
# Addresses carry a version or a hash, so browsers need not ask again within the hour.
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "kb.foundation.bundles.VersionedStorage"
        )
    },
}

HAYSTACK_CONNECTIONS = {
    "default": {
        "ENGINE": "kb.search.backend.ChinowaEngine",
        "PATH": str(VAR_DIR / "index"),
    }
}
env.refuse(
    "SEARCH_URL",
    why="検索は、この製品の中の索引だけで動きます。この変数を消してください。",
    why_english="searching works with the product's own index alone; remove the variable.",
)
HAYSTACK_SIGNAL_PROCESSOR = "kb.search.signals.OutboxSignalProcessor"

# --- People and sign-in ---------------------------------------------------------------------

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "people.backends.LoginOrEmailBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_ENGINE = "kb.foundation.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"

# --- Language and time ----------------------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.text("TIME_ZONE", default="Asia/Tokyo")
USE_I18N = True
USE_TZ = True

# Where a colleague is written to in the company's chat, with {name} for the name there:
# "https://example.slack.com/app_redirect?channel=@{name}". Empty: the name alone is shown.
CHAT_ADDRESS = env.text("KB_CHAT_ADDRESS", default="")

# --- Topics ---------------------------------------------------------------------------------

TAGGIT_CASE_INSENSITIVE = True

# --- Background work ------------------------------------------------------------------------

# With no broker at all the drain runs in the process after commit, with the same lock.
CELERY_TASK_ALWAYS_EAGER = env.flag("KB_NO_WORKER", default=False)

QUEUE_DIR = VAR_DIR / "queue"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost/"
# The time-outs are those of a page that publishes: a dead Redis may cost it 0.3 s at most.
# Workers wait longer, see kb.celery.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        "socket_connect_timeout": 0.1,
        "socket_timeout": 0.2,
        "max_retries": 0,
        "visibility_timeout": 600,
    }
    if REDIS_URL
    else {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.1,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker waits for its broker as long as it takes.
CELERY_BROKER_CONNECTION_MAX_RETRIES: int | None = None
CELERY_TASK_PUBLISH_RETRY = False

CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE

# One writer of the index: its queue is served by one process with concurrency 1.
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"kb.search.tasks.*": {"queue": "index"}}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = clock.SCHEDULE

# --- Transport and browser ------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
# The health addresses are asked from inside the network, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Only where a proxy of ours sets these headers and removes those that visitors send.
if env.flag("KB_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
    MIDDLEWARE.insert(0, "kb.portal.proxy.take_visitor_address")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Logs -----------------------------------------------------------------------------------

# To standard error: `start` keeps it under var/log, a container's engine collects it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers send mails and print in DEBUG only.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "kb": {"level": "INFO"},
    },
}

# --- Mail and chat tools ----------------------------------------------------------------------

# Without EMAIL_URL the product sends no mail; お知らせ in the product are complete in any case.
EMAIL_URL = env.address(
    "EMAIL_URL", default="", schemes=("smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail")
)
vars().update(env.mail(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.text("KB_MAIL_FROM", default="chinowa@localhost")
EMAIL_SUBJECT_PREFIX = ""
EMAIL_TIMEOUT = 10
# The product's own address, for links in mails, feeds and chat tools.
SITE_URL = env.address(
    "KB_SITE_URL", default=env.own_address(ALLOWED_HOSTS, https=HTTPS), schemes=("http", "https")
).rstrip("/")
# Hosts of chat tools beside those that kb.portal.telling.addresses knows.
WEBHOOK_HOSTS = env.words("KB_WEBHOOK_HOSTS", default=[])

# --- Limits ---------------------------------------------------------------------------------

BODY_MAX_BYTES = 1024 * 1024
ATTACHMENT_MAX_BYTES = 50 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# All files of one form together; whoever is not signed in sends no files.
REQUEST_MAX_BYTES = 512 * 1024 * 1024
STRANGERS_REQUEST_MAX_BYTES = 8 * 1024 * 1024
# A folder of texts chosen in the browser comes file by file.
DATA_UPLOAD_MAX_NUMBER_FILES = 2000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
