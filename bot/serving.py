"""Serving: the channels over a running bot, and the desks where people answer in its place."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assemble import assemble
from bot.config import AgentSettings, ConsoleSettings, Settings, load_settings
from bot.middleware.timing import metrics_page
from bot.running import RunningBot

if TYPE_CHECKING:
    from bot.connectors.slack import SlackConnector
    from bot.connectors.web.agents import AgentView
    from bot.connectors.web.door import Login, Role
    from bot.console.app import Mounts

COLLECTED_AFTER = (20_000, 10, 10)
"""See `gc.set_threshold`. A turn makes thousands of objects and next to no cycles among them: to look for those after
each 700 took a twentieth of its time."""

SWITCH_SECONDS = 0.001
"""How long a thread keeps Python's lock while others wait for it. A turn takes it a dozen times; beside a thread that
renders a large page of the console it waited 5 ms each time, and answers took a third longer."""


async def serve_bot(config: Path, host: str | None, port: int | None, on_ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `on_ready` is told the address once it listens."""
    from bot.connectors.web.app import Resources, create_app
    from bot.connectors.web.server import check_place, serve
    from bot.connectors.web.signatures import read_session_secret

    settings = load_settings(config)
    check_secrets(settings)
    check_place(host or settings.web.host, settings.web.port if port is None else port)
    bot = await assemble(config)
    slack = make_slack(bot)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with bot.running(), AsyncExitStack() as channels:
            if slack is not None:
                await slack.start()
                channels.push_async_callback(slack.stop)
            yield

    web = bot.settings.web
    secret = await read_session_secret(web, bot.store.secret)
    logins = await make_logins(bot)
    agents = make_agent_view(bot, logins)
    resources = Resources(bot.store.outbox(), bot.store.feedback(), secret, metrics_page, agents)
    mounts: Mounts = {route.path: route for route in slack.routes()} if slack else {}
    mounts |= make_console(bot, config, logins)
    app = create_app(bot, web, bot.settings.name, resources, lifespan=lifespan, mounts=mounts)
    bot.outlets.append(app.deliver)
    tune_interpreter()
    await serve(app, host or web.host, web.port if port is None else port, on_ready)


def tune_interpreter() -> None:
    """For a process that answers and does nothing else, once all that it will ever import and load is there."""
    # What is there now stays: modules, classes, models. To look for garbage among it held up every turn for 0.1 s.
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)
    sys.setswitchinterval(SWITCH_SECONDS)


def check_secrets(settings: Settings) -> None:
    """Raises what a secret that is not there would raise later: a large bot learns for minutes before it is served."""
    from bot.connectors.web.door import read_tokens
    from bot.connectors.web.guards import read_token
    from bot.connectors.web.users import Doorkeeper

    read_token(settings.web)
    Doorkeeper(settings.web.jwt)
    for role, section in staff(settings).items():
        read_tokens({role: section.token_env})
    if settings.slack is not None:
        from bot.connectors.slack import read_secrets

        read_secrets(settings.slack, os.environ)


def staff(settings: Settings) -> Mapping[Role, AgentSettings | ConsoleSettings]:
    """The places for staff that config.yml has."""
    sections: dict[Role, AgentSettings | ConsoleSettings | None] = {
        "agents": settings.agents,
        "console": settings.console,
    }
    return {role: section for role, section in sections.items() if section is not None}


def make_slack(bot: RunningBot) -> SlackConnector | None:
    """The Slack side, when config.yml has a `slack` section."""
    if bot.settings.slack is None:
        return None
    from bot.connectors.slack import SlackConnector, Stores

    stores = Stores(bot.store.inbox(), bot.store.feedback(), bot.store.installations(), bot.room)
    return SlackConnector(bot.settings.slack, bot, stores)


async def make_logins(bot: RunningBot) -> Mapping[Role, Login]:
    """Who may come in at /agent and at /console, for each of the two that config.yml has. Raises as read_tokens."""
    from bot.connectors.web.door import Login, read_tokens

    known = staff(bot.settings)
    tokens = read_tokens({role: section.token_env for role, section in known.items()})
    return {
        role: Login(role, token, await bot.store.secret(role), known[role].session_hours)
        for role, token in tokens.items()
    }


def make_agent_view(bot: RunningBot, logins: Mapping[Role, Login]) -> AgentView | None:
    """Where people answer in place of the bot, when config.yml has a section `agents`."""
    if bot.settings.agents is None or bot.room is None:
        return None
    from bot.connectors.web.agents import AgentView

    return AgentView(bot.room, logins["agents"], bot.settings.name, bot.settings.agents)


def make_console(bot: RunningBot, config: Path, logins: Mapping[Role, Login]) -> Mounts:
    """The console by its paths, when config.yml has a section `console`."""
    if bot.settings.console is None:
        return {}
    from bot.console.app import mount_console
    from bot.console_serving import make_parts

    return mount_console(make_parts(bot, config), bot.settings.name, logins["console"])
