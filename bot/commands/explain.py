"""`ripen explain`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands.options import HERE, AsJson, Config


def explain(
    text: Annotated[str, typer.Argument(help="A message, as a user would write it.")],
    expect: Annotated[
        str | None, typer.Option(metavar="INTENT", help="The intent that it should be: what would it take?")
    ] = None,
    as_json: AsJson = False,
    config: Config = HERE,
) -> None:
    """Say why the bot decides as it does about TEXT: examples, cards, words, thresholds, and what would change it.

    Example: `ripen explain "my parcel never came"`

    Example: `ripen explain "my parcel never came" --expect order_status`
    """
    from rich.console import Console

    from bot.assemble import make_encoder, make_example_encoder, make_learn, make_reader, with_memory
    from bot.commands.explain_page import show_explanation
    from bot.config import load_settings
    from bot.explanation import Learnt
    from bot.explanation import explain as find_reasons
    from bot.models.registry import active

    settings = load_settings(config)
    catalog, bundle = make_reader(settings, None)(), active(settings.model.bundle)
    with Console(stderr=True).status("learning and trying it out"):
        *_, detector = make_learn(settings, bundle)(catalog)
        encoder = make_example_encoder(make_encoder(settings, bundle), bundle)
        memory = with_memory(encoder, settings, private=frozenset({text}))
        trying = make_learn(settings, bundle, memory)
        told = find_reasons(text, Learnt(catalog, detector, trying, settings), expect)
    if as_json:
        typer.echo(json.dumps(asdict(told), indent=2, ensure_ascii=False, default=str))
        return
    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(*show_explanation(told), sep="\n")
