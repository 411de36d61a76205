"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path, typer.Option("--config", "-c", envvar="RIPEN_CONFIG", help="The bot's config.yml.")]
HERE = Path("config.yml")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]
