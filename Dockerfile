# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --no-deps --require-hashes -r /tmp/requirements.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /srv/chinowa --shell /usr/sbin/nologin chinowa \
    && mkdir -p /srv/chinowa /srv/static /var/lib/chinowa/index /var/lib/chinowa/media \
    && chown -R chinowa /var/lib/chinowa
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/chinowa
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=1 \
    KB_BOOTSTRAP=off \
    KB_PRODUCTION=1 \
    KB_STATIC=/srv/static \
    KB_VAR=/var/lib/chinowa
# The files get their hashed names here; the key and the host only let the settings load.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    ALLOWED_HOSTS=build.invalid KB_VAR=/tmp/build \
    python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build
USER chinowa
VOLUME ["/var/lib/chinowa"]
EXPOSE 8000
CMD ["gunicorn", "kb.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "kb.portal.web.PageWorker", \
     "--workers", "3", "--threads", "8", "--preload", "--no-control-socket", "--limit-request-line", "65536", \
     "--worker-tmp-dir", "/dev/shm", "--timeout", "120", "--graceful-timeout", "20", \
     "--max-requests", "5000", "--max-requests-jitter", "500", "--access-logfile", "-"]
