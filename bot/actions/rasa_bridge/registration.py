"""Finds the Action classes of a bot's modules and registers them with rasa-sdk's executor.

rasa-sdk's own `register_package` ends the process on an import error, and registers every Action subclass that
the process has ever seen. Here an import error names file and line, and a bot gets the actions of its own modules.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Action, ActionExecutionRejection

from bot.actions.rasa_bridge.modules import import_modules, raised_at
from bot.actions.rasa_bridge.threads import DaemonThreads, ThreadsExhausted
from bot.actions.rasa_bridge.wire import events_of
from bot.errors import ActionError, ActionFailed, ActionRejected, ConfigError

Run = Callable[..., Any]


def register(modules: Sequence[str], root: Path, threads: DaemonThreads) -> ActionExecutor:
    """An executor that knows the actions of `modules`. Raises ConfigError."""
    executor = ActionExecutor()
    owners: dict[str, type[Action]] = {}
    for action_class in action_classes(import_modules(modules, root)):
        action = _instance(action_class, root)
        name = _name(action, root)
        owner = owners.get(name)
        if owner is not None and not issubclass(action_class, owner):
            if issubclass(owner, action_class):
                continue
            raise ConfigError(
                f"two action classes are called {name}: {_place(owner, root)} and {_place(action_class, root)}. "
                "Rename one of them."
            )
        owners[name] = action_class
        executor.register_function(name, guarded(name, action.run, threads, root))
    return executor


def action_classes(modules: Iterable[ModuleType]) -> list[type[Action]]:
    """The concrete Action classes that the modules define or import, bases before what derives from them."""
    scopes = [vars(module) for module in modules]
    found = {value for scope in scopes for value in scope.values() if _is_action(value)}
    found |= {value for value in _subclasses(Action) if any(_written_in(value, scope) for scope in scopes)}
    ours = [value for value in found if _concrete(value)]
    return sorted(ours, key=lambda value: (len(value.__mro__), value.__module__, value.__qualname__))


def guarded(name: str, function: Run, threads: DaemonThreads, root: Path) -> Run:
    """`function` with rasa-sdk's signature, off the event loop if it is a plain one, raising only ActionErrors."""

    async def run(dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        try:
            if inspect.iscoroutinefunction(function):
                returned = await function(dispatcher, tracker, domain)
            else:
                returned = await threads.run(function, dispatcher, tracker, domain)
                if inspect.isawaitable(returned):
                    returned = await returned
        except ActionExecutionRejection as error:
            raise ActionRejected(f"{name} declined to run (ActionExecutionRejection).") from error
        except ThreadsExhausted as error:
            raise ActionFailed(f"{name} was not run: {error}. Find what hangs and restart the bot.") from error
        except (ActionError, asyncio.CancelledError):
            raise
        except BaseException as error:  # SystemExit and its like, too: an action must not stop the bot
            # Only the type: an exception's text often quotes what the user said.
            raise ActionFailed(f"{name} raised {type(error).__name__} at {raised_at(error, root)}.") from error
        return [dict(event) for event in events_of(name, returned)]

    return run


def _is_action(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Action)


def _concrete(action_class: type[Action]) -> bool:
    # rasa-sdk's own bases (Action, FormValidationAction) and a bot's base classes without name or run are no actions.
    return (
        action_class.__module__.split(".")[0] not in {"rasa_sdk", "rasa"}
        and not inspect.isabstract(action_class)
        and action_class.name is not Action.name
        and action_class.run is not Action.run
    )


def _written_in(action_class: type[Action], scope: Mapping[str, Any]) -> bool:
    # Not by module name: tests run several bots in one process, and each may call its package `actions`.
    return any(getattr(member, "__globals__", None) is scope for member in vars(action_class).values())


def _subclasses(action_class: type[Action]) -> set[type[Action]]:
    direct = set(action_class.__subclasses__())
    return direct.union(*map(_subclasses, direct))


def _instance(action_class: type[Action], root: Path) -> Action:
    try:
        action = action_class()
    except (Exception, SystemExit) as error:
        raise ConfigError(
            f"{_place(action_class, root)} cannot be made: {type(error).__name__}: {error} "
            f"(at {raised_at(error, root)}). An action class is made without arguments."
        ) from error
    if len(inspect.signature(action.run).parameters) < 3:
        raise ConfigError(
            f"{_place(action_class, root)}: run takes too few arguments; write run(self, dispatcher, tracker, domain)."
        )
    return action


def _name(action: Action, root: Path) -> str:
    try:
        name = action.name()
    except (Exception, SystemExit) as error:
        raise ConfigError(
            f"{_place(type(action), root)}: name() raised {type(error).__name__}: {error} "
            f"(at {raised_at(error, root)}). It returns the action's name."
        ) from error
    if not isinstance(name, str) or not name:
        raise ConfigError(f"{_place(type(action), root)}: name() must return a text such as 'action_order_status'.")
    return name


def _place(action_class: type[Action], root: Path) -> str:
    try:
        file = Path(inspect.getsourcefile(action_class) or action_class.__module__)
        line = inspect.getsourcelines(action_class)[1]
    except (OSError, TypeError):
        return f"{action_class.__module__}.{action_class.__qualname__}"
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    return f"{action_class.__qualname__} ({shown}:{line})"
