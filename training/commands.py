"""`ripen bundle ...`. Cheap to import: what builds is imported when it is asked to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import HERE, Config

if TYPE_CHECKING:
    from bot.config import ModelSettings, Settings
    from bot.models.bundle import Bundle, EntailmentRecord, TrainingRecord
    from training.export.weights import Base

bundle = typer.Typer(no_args_is_help=True, help="Build and inspect the model bundle, the bot's encoder on disk.")

NO_ADAPTER = Path("none")
Out = Annotated[Path | None, typer.Option(help="The folder of bundles; model.bundle of config.yml otherwise.")]


@bundle.command()
def build(  # noqa: PLR0913 - a parameter for each option
    base: Annotated[str | None, typer.Option(help="A folder of weights, or a name on the Hugging Face hub.")] = None,
    adapter: Annotated[
        Path | None,
        typer.Option(help="A folder with a LoRA adapter, as peft saves it; none: not even the shipped one."),
    ] = None,
    adapter_scale: Annotated[float | None, typer.Option(min=0, max=2, help="How much of it to merge.")] = None,
    out: Out = None,
    fp32: Annotated[bool, typer.Option("--fp32", help="Do not quantize: four times the size, three the time.")] = False,
    without_sentiment: Annotated[
        bool, typer.Option("--without-sentiment", help="Leave the sentiment head out.")
    ] = False,
    sentiment: Annotated[Path | None, typer.Option(help="A sentiment head instead of the shipped one.")] = None,
    nli: Annotated[str | None, typer.Option(help="A model for zero_shot.engine nli: a folder or a hub name.")] = None,
    config: Config = HERE,
) -> None:
    """Build a bundle from base weights and make it the active one. What is not said here comes from config.yml.

    Example: `ripen bundle build`

    Example: `ripen bundle build --adapter my-adapter --adapter-scale 0.5`

    Example: `ripen bundle build --adapter none --without-sentiment`
    """
    from training.export.build import SHIPPED_HEAD, Part, Recipe, build_bundle

    whole = _settings(config)
    settings = whole.model
    without: tuple[Part, ...] = ("sentiment",) if without_sentiment else ()
    named = adapter or settings.adapter
    if adapter_scale is None and named:
        adapter_scale = settings.adapter_scale
    recipe = Recipe(
        base=base or settings.base,
        adapter=None if named == NO_ADAPTER else named or "shipped",
        adapter_scale=adapter_scale,
        quantization="none" if fp32 else "int8",
        sentiment=sentiment or SHIPPED_HEAD,
        without=without,
        nli=_find_nli(nli, whole, config),
    )
    built = build_bundle(recipe, out or settings.bundle)
    typer.echo(f"{built.folder} is built and active ({built.size / 1e6:.1f} MB).")
    if built.manifest.entailment:
        typer.echo(f"It holds the NLI model {_describe_entailment(built.manifest.entailment)}.")


def _find_nli(asked: str | None, settings: Settings, config: Path) -> Base | None:
    """Under the name that config.yml gives it, by which the bot will ask for it."""
    from training.export.weights import find_base

    name = asked or settings.zero_shot.model
    if name is None:
        return None
    beside = config.absolute().parent / Path(name).expanduser()
    is_folder = asked is None and beside.is_dir()
    return replace(find_base(str(beside) if is_folder else name, "NLI model"), name=name)


@bundle.command()
def show(out: Out = None, config: Config = HERE) -> None:
    """Show the active bundle, its checksums verified, and which others there are.

    Example: `ripen bundle show`
    """
    from rich.console import Console
    from rich.table import Table

    from bot.models.registry import active, versions

    folder = out or _model_settings(config).bundle
    opened = active(folder)
    table = Table(show_header=False)
    for row in _describe(opened):
        table.add_row(*row)
    others = [name for name in versions(folder) if name != opened.name]
    if others:
        table.add_row("others", ", ".join(others))
    Console().print(table)


def _describe_sentiment(opened: Bundle) -> str:
    if opened.sentiment_path is None:
        return "built without: every message counts as neutral"
    branch = opened.manifest.branch
    return f"from a branch after layer {branch.after}" if branch else "from the embedding that intents are read from"


def _describe(opened: Bundle) -> list[tuple[str, str]]:
    manifest = opened.manifest
    adapter = f"{manifest.adapter.name} x {manifest.adapter.scale:g}" if manifest.adapter else "none"
    return [
        ("bundle", str(opened.folder)),
        ("base", f"{manifest.base.name} ({manifest.base.sha256[:12]})"),
        ("adapter", adapter),
        ("trained", _describe_training(manifest.training)),
        ("quantization", manifest.quantization),
        ("embedding", f"{manifest.dimensions} dimensions, {manifest.pooling} of at most {manifest.max_tokens} tokens"),
        ("NLI model", _describe_entailment(manifest.entailment)),
        ("sentiment", _describe_sentiment(opened)),
        ("size", f"{opened.size / 1e6:.1f} MB"),
        ("checksums", f"ok ({', '.join(manifest.files)})"),
        ("fingerprint", opened.fingerprint),
        (
            "built",
            f"{manifest.built} with {', '.join(f'{tool} {version}' for tool, version in manifest.tools.items())}",
        ),
    ]


def _describe_entailment(record: EntailmentRecord | None) -> str:
    if record is None:
        return "none"
    kind = "int8" if record.quantization == "int8" else "float32"
    return f"{record.name} ({record.sha256[:12]}), {kind}, at most {record.max_tokens} tokens"


def _describe_training(record: TrainingRecord | None) -> str:
    if record is None:
        return "no: the base as it is"
    figures = ", ".join(f"{name} {value:g}" for name, value in record.figures.items())
    return f"by {record.rung}, seed {record.seed}, from {record.parent}: {figures}"


def _model_settings(config: Path) -> ModelSettings:
    return _settings(config).model


def _settings(config: Path) -> Settings:
    """What config.yml says; the defaults where there is no config.yml and none was asked for."""
    from bot.config import Settings, load_settings

    if config == HERE and not config.exists():
        return Settings()
    return load_settings(config)
