ARG PYTHON_IMAGE=python:3.12-slim

# The packages: made again only when the lock changes. Behind a package mirror, build with
#   docker build --secret id=pip.conf,src=$HOME/.config/pip/pip.conf …
FROM ${PYTHON_IMAGE} AS packages
WORKDIR /build
COPY poetry.lock ./
COPY scripts scripts
# Wheels only: a compiler that is missing here would be missed without a word elsewhere.
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    PIP_ONLY_BINARY=:all: python -m scripts.environment /app/.venv main \
    && /app/.venv/bin/python -m pip uninstall --quiet --yes pip

# The code: .dockerignore says what gets here.
FROM ${PYTHON_IMAGE} AS code
WORKDIR /app
COPY . .
# Any uid must be able to read what a strict umask may have hidden, and none to change it.
RUN mv scripts/ca_bundle.py . \
    && rm -r scripts poetry.lock \
    && chmod -R a+rX,go-w .

FROM ${PYTHON_IMAGE}
ARG VERSION=unknown
LABEL org.opencontainers.image.title="jira-server" \
      org.opencontainers.image.description="Projects, users and issues of a Jira Server or Data Center in Port" \
      org.opencontainers.image.version="${VERSION}"

RUN groupadd --gid 1001 ocean \
    && useradd --uid 1001 --gid 1001 --no-create-home --home-dir /tmp/ocean --shell /usr/sbin/nologin ocean \
    && ln -s /app/.venv/bin/ocean /usr/bin/ocean

COPY --from=packages /app/.venv /app/.venv
COPY --from=code /app /app
WORKDIR /app

# HOME: a uid that nobody knows has none. The rest: nothing is written but what init.sh makes room for.
ENV HOME=/tmp/ocean \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

USER 1001:1001
EXPOSE 8000
CMD ["bash", "/app/init.sh"]
