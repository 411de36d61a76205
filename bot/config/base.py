"""What all sections of config.yml have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Text = Annotated[str, Field(min_length=1, max_length=3000)]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=100)]
"""Where a secret is: never the secret itself."""


class Section(BaseModel):
    """A part of config.yml: immutable, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
